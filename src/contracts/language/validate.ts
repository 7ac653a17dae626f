import type { Contract, Declaration, InterfaceType } from "./contract.ts";
import type { LayoutType } from "./layout.ts";
import type { Method, Parameter } from "./method.ts";
import { nameProblem } from "./reserved-words.ts";
import { status } from "./status.ts";
import { isPlain, needsConnection, whatKeepsHome } from "./travel.ts";
import { validateDefaults } from "./validate-defaults.ts";

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
  validatePrefix(contract, fail);
  for (const declaration of contract.declarations) {
    if (declaration.kind === "interface") validateTable(declaration, contract, fail);
    validateMinors(declaration, contract, fail);
  }
  if (contract.table !== undefined) validateTable(contract.table, contract, fail);
}

type Fail = (where: string, what: string) => never;

/** The symbol that a loader looks for has a name of its own. */
function validatePrefix({ prefix, declarations, table }: Contract, fail: Fail): void {
  const begin = (name: string, mark: string) => {
    if (!name.startsWith(mark)) fail(name, `its C name begins with ${mark}, as every name of the contract`);
  };
  const upper = prefix.toUpperCase();
  for (const declaration of declarations) {
    if (declaration.kind === "enumeration") begin(`${declaration.prefix}_`, `${upper}_`);
    else if (declaration.kind === "constant") begin(declaration.name, `${upper}_`);
    else if (declaration.kind !== "symbol") begin(declaration.name, `${prefix}_`);
  }
  if (table !== undefined) begin(table.name, `${prefix}_`);
}

/** Nothing comes with a minor that the contract has not reached. */
function validateMinors(declaration: Declaration, { version }: Contract, fail: Fail): void {
  const parts =
    declaration.kind === "layout"
      ? declaration.fields.map(({ name, since }) => [`${declaration.name}.${name}`, since] as const)
      : declaration.kind === "enumeration"
        ? [...declaration.values].map(([key, { since }]) => [`${declaration.prefix}_${key}`, since] as const)
        : [];
  for (const [where, since] of parts) {
    if (since > version.minor) fail(where, `comes with minor ${since}, the contract is at ${version.minor}`);
  }
}

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
    validateErrors(method, where, fail);
    if (contract.kind !== "service") validateMethod(method, contract, where, fail);
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

function validateErrors(method: Method, where: string, fail: Fail): void {
  for (const error of method.errors) {
    if (!status.values.has(`ERROR_${error}`) && !/^[a-z][a-z0-9-]*\/[A-Z][A-Z0-9_]*$/.test(error))
      fail(where, `gives the error ${error}, which is neither a status nor plugin-id/CODE`);
  }
}

/** Callbacks are answered without the environment that handles, callbacks, shared spans and cancellation take. */
function validateCallback(table: InterfaceType, where: string, fail: Fail): void {
  for (const method of table.methods) {
    if (method.parameters.some(needsConnection) || method.cancellable || method.nativeOnly)
      fail(where, `${table.name}.${method.name}: a callback carries values only`);
  }
}

function validateMethod(method: Method, contract: Contract, where: string, fail: Fail): void {
  const results = method.parameters.filter(
    (parameter) => parameter.kind === "result" || ("direction" in parameter && parameter.direction === "out"),
  );
  if (method.mode === "posted") {
    if ((method.returns !== "void" && method.returns !== "status") || results.length > 0)
      fail(where, "a posted method answers nothing but whether it was sent");
    if (method.cancellable || method.timeout > 0) fail(where, "nobody waits for a posted method");
  }
  if (method.cancellable && method.mode !== "asynchronous") fail(where, "only an asynchronous method can be cancelled");
  if (typeof method.returns === "object" && method.returns.kind === "pointer" && !method.nativeOnly)
    fail(where, "answers a pointer: make it native-only");
  if (method.nativeOnly) return;
  for (const parameter of method.parameters)
    validateParameter(parameter, method, contract, `${where}(${parameter.name})`, fail);
  validateDefaults(method, where, fail);
}

function validateParameter(parameter: Parameter, method: Method, contract: Contract, where: string, fail: Fail): void {
  if (parameter.kind === "native") fail(where, "is a pointer: make the method native-only");
  if (parameter.kind === "value" && parameter.nullable && parameter.type.kind !== "handle")
    fail(where, "only a handle or a callback can be absent");
  if (parameter.kind === "callback") {
    validateCallback(parameter.table, where, fail);
    if (!contract.declarations.includes(parameter.table))
      fail(where, `${parameter.table.name} belongs to another contract: declare the table in this one`);
  }
  if (parameter.kind === "layout") validateLayout(parameter.layout, parameter.direction, where, fail);
  if (parameter.kind !== "span") return;
  const { element } = parameter;
  if (parameter.lifetime === "instance" && parameter.stability === "stable")
    fail(where, "is a copy that ends with the call: only a shared span lives as long as the instance");
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
  if (direction === "out" && !isPlain(layout)) {
    fail(
      where,
      `${layout.name} holds strings, and nobody would own those that come back; use characters(n) or an out span of char`,
    );
  }
}
