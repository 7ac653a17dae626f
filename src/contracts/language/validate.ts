import type { Contract, InterfaceType } from "./contract.ts";
import type { LayoutType } from "./layout.ts";
import type { Method, Parameter } from "./method.ts";
import { nameProblem } from "./reserved-words.ts";
import { hasItems, isPlain, whatKeepsHome } from "./travel.ts";

/** Throws an Error that names the contract, the place and the rule. */
export function validate(contract: Contract): void {
  const fail = (where: string, what: string): never => {
    throw new Error(`contract ${contract.id}: ${where}: ${what}`);
  };
  const names = new Set<string>();
  for (const declaration of contract.declarations) {
    const name = declaration.kind === "enumeration" ? declaration.prefix : declaration.name;
    if (names.has(name)) fail(name, "is declared twice");
    names.add(name);
  }
  if (contract.kind === "point" && contract.table === undefined) fail("table", "a point has methods");
  if (contract.kind === "point" && !/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/.test(contract.id))
    fail("id", "a point is named group.name");
  if (contract.kind === "shared" && contract.table !== undefined) fail("table", "shared layouts have no methods");
  for (const declaration of contract.declarations) {
    if (declaration.kind === "interface") validateTable(declaration, contract, fail);
  }
  if (contract.table !== undefined) validateTable(contract.table, contract, fail);
}

type Fail = (where: string, what: string) => never;

function validateTable(table: InterfaceType, contract: Contract, fail: Fail): void {
  const names = new Set<string>();
  let since = 0;
  for (const method of table.methods) {
    const where = `${table.name}.${method.name}`;
    if (names.has(method.name)) fail(where, "stands twice");
    names.add(method.name);
    validateNames(method, where, fail);
    if (method.since < since)
      fail(where, `came with minor ${method.since} and stands behind one of minor ${since}: methods are appended`);
    since = method.since;
    if (method.since > contract.version.minor)
      fail(where, `comes with minor ${method.since}, the contract is at ${contract.version.minor}`);
    if (method.since > 0 && !method.optional)
      fail(where, "was appended, so it must be optional: older plugins lack it");
    if (contract.kind !== "service") validateMethod(method, where, fail);
  }
}

function validateNames(method: Method, where: string, fail: Fail): void {
  const names = method.parameters.flatMap((parameter) =>
    parameter.kind === "span" ? [parameter.name, parameter.count, parameter.capacity] : [parameter.name],
  );
  for (const name of [method.name, ...names]) {
    const problem = nameProblem(name);
    if (problem !== undefined) fail(where, problem);
  }
}

/** Callbacks are answered without the environment that handles, callbacks, shared spans and cancellation take. */
function validateCallback(table: InterfaceType, where: string, fail: Fail): void {
  for (const method of table.methods) {
    const plain = method.parameters.every(
      (parameter) =>
        parameter.kind !== "callback" &&
        !(parameter.kind === "value" && parameter.type.kind === "handle") &&
        !(parameter.kind === "span" && parameter.stability === "shared"),
    );
    if (!plain || method.cancellable || method.nativeOnly)
      fail(where, `${table.name}.${method.name}: a callback carries values only`);
  }
}

function validateMethod(method: Method, where: string, fail: Fail): void {
  const results = method.parameters.filter(
    (parameter) => parameter.kind === "result" || ("direction" in parameter && parameter.direction === "out"),
  );
  if (method.mode === "posted") {
    if (method.returns !== "void" || method.error || results.length > 0) fail(where, "a posted method answers nothing");
    if (method.cancellable || method.timeout > 0) fail(where, "nobody waits for a posted method");
  }
  if (method.cancellable && method.mode !== "asynchronous") fail(where, "only an asynchronous method can be cancelled");
  if (typeof method.returns === "object" && method.returns.kind === "pointer" && !method.nativeOnly)
    fail(where, "answers a pointer: make it native-only");
  if (method.nativeOnly) return;
  for (const parameter of method.parameters) validateParameter(parameter, method, `${where}(${parameter.name})`, fail);
}

function validateParameter(parameter: Parameter, method: Method, where: string, fail: Fail): void {
  if (parameter.kind === "native") fail(where, "is a pointer: make the method native-only");
  if (parameter.kind === "callback") validateCallback(parameter.table, where, fail);
  if (parameter.kind === "layout") validateLayout(parameter.layout, parameter.direction, where, fail);
  if (parameter.kind !== "span") return;
  const { element } = parameter;
  if (parameter.direction === "out" && parameter.stability === "stable" && !method.error)
    fail(where, "can be too small, so the method answers a status");
  if (element.kind !== "layout") {
    if (parameter.stride) fail(where, "numbers do not grow: no stride");
    return;
  }
  validateLayout(element, parameter.direction, where, fail);
  if (!parameter.stride && element.growth !== "never")
    fail(where, `${element.name} grows: its callers must give the stride`);
  if (parameter.stride && element.growth === "never") fail(where, `${element.name} never grows: no stride`);
  if (parameter.stability === "shared" && !isPlain(element))
    fail(where, `${element.name} holds strings, which cannot lie in shared memory`);
}

function validateLayout(layout: LayoutType, direction: "in" | "out", where: string, fail: Fail): void {
  const pointer = whatKeepsHome(layout);
  if (pointer !== undefined) fail(where, `${pointer} means something in one process only`);
  if (direction === "out" && (!isPlain(layout) || hasItems(layout))) {
    fail(
      where,
      `${layout.name} holds strings, and nobody would own those that come back; use characters(n) or an out span of char`,
    );
  }
}
