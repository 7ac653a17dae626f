/** Clients: an interface to bytes, for a transport that blocks and for one that answers with promises. */
import type { InterfaceType, Method, Parameter } from "../../contracts/language/index.ts";
import { camelCase, pascalCase } from "../../contracts/language/names.ts";
import { needsConnection } from "../../contracts/language/travel.ts";
import { messageKind } from "../../contracts/transport.ts";
import { isOut, methodNumber, requestOf, responseOf, travellingMethods } from "./messages.ts";
import { checkReserved, readSlot, writeSlot } from "./ts-bodies.ts";
import { argumentList, parameterList, resultsOf, returnType } from "./ts-methods.ts";
import type { TypeScriptModule } from "./ts-module.ts";

function kindOf(method: Method): number {
  return messageKind.values.get(method.mode.toUpperCase())?.value as number;
}

function takesConnection(method: Method): boolean {
  return method.parameters.some(needsConnection);
}

function callbacksOf(method: Method): Extract<Parameter, { kind: "callback" }>[] {
  return method.parameters.filter((parameter) => parameter.kind === "callback");
}

/** Statements that write the request. Out spans take their capacities from `capacities`. */
function encodeRequest(module: TypeScriptModule, method: Method): string[] {
  const request = requestOf(method);
  let capacity = 0;
  const writes = request.slots.flatMap((slot) => {
    if (slot.role === "reserved") return [];
    if (slot.role === "capacity")
      return [`writer.view.setBigUint64(${slot.offset}, BigInt(capacities[${capacity++}] ?? 0), true);`];
    if (slot.role === "callback") return writeSlot(module, slot, `${camelCase(slot.name)}Handle`);
    return writeSlot(module, slot, camelCase(slot.name));
  });
  return [`const writer = new ${module.runtime("WireWriter")}(${request.size});`, ...writes, "return writer.finish();"];
}

function decodeResponse(module: TypeScriptModule, method: Method): string[] {
  const response = responseOf(method);
  if (response.size === 0) return [];
  const returned = typeof method.returns === "object" && method.returns.kind !== "pointer" ? method.returns : undefined;
  const results = resultsOf(method);
  const slots = response.slots.filter((slot) => slot.role !== "reserved");
  const expressions = slots.map((slot) => readSlot(module, slot, returned));
  const usesView = expressions.some((expression) => expression.includes("view"));
  return [
    `const reader = new ${module.runtime("WireReader")}(body, ${response.size});`,
    ...(usesView ? ["const { view } = reader;"] : []),
    ...checkReserved(module, response),
    results.length === 1
      ? `return ${expressions[0]};`
      : `return { ${results.map((result, index) => `${result.name}: ${expressions[index]}`).join(", ")} };`,
  ];
}

function callName(table: InterfaceType, method: Method): string {
  return `${camelCase(table.typescript)}${pascalCase(method.name)}Call`;
}

function addCall(module: TypeScriptModule, table: InterfaceType, method: Method, point: string): void {
  const connection = takesConnection(method) ? [`connection: ${module.runtimeType("Connection")}`] : [];
  const parameters = [...connection, ...parameterList(module, method)];
  const callbacks = callbacksOf(method);
  const spans = method.parameters.filter((parameter) => isOut(parameter) && parameter.kind === "span");
  const capacities = spans.map((parameter) => (parameter.kind === "span" ? parameter.initialCapacity : 0));
  const type = returnType(module, method);
  const decode = decodeResponse(module, method);
  module.add(`function ${callName(table, method)}(${parameters.join(", ")}): ${module.runtimeType("Call")}<${type}> {`);
  for (const { name, table: callback, lifetime, nullable } of callbacks) {
    const variable = camelCase(name);
    const dispatch = `(method, request) => dispatch${callback.typescript}(${variable}, method, request)`;
    const exported = `${module.runtime("exportCallback")}(connection, "${callback.name}", ${dispatch}, ${lifetime === "instance"})`;
    module.add(`  const ${variable}Handle = ${nullable ? `${variable} === undefined ? 0n : ` : ""}${exported};`);
  }
  module.add(
    "  return {",
    `    point: "${point}",`,
    `    method: ${methodNumber(table, method)},`,
    `    kind: ${kindOf(method)},`,
    `    capacities: [${capacities.join(", ")}],`,
    `    encode: (${spans.length > 0 ? "capacities" : ""}) => {`,
    ...encodeRequest(module, method).map((line) => `      ${line}`),
    "    },",
    decode.length === 0 ? "    decode: () => {}," : "    decode: (body) => {",
    ...(decode.length === 0 ? [] : [...decode.map((line) => `      ${line}`), "    },"]),
  );
  if (method.cancellable) module.add("    signal,");
  if (callbacks.length > 0) {
    const withdraw = callbacks.map(({ name, lifetime, nullable }) => {
      const handle = `${camelCase(name)}Handle`;
      const conditions = [...(lifetime === "call" ? [] : ["failed"]), ...(nullable ? [`${handle} !== 0n`] : [])];
      const when = conditions.length === 0 ? "" : `if (${conditions.join(" && ")}) `;
      return `${when}connection.withdrawCallback?.(${handle});`;
    });
    module.add(
      `    release: (${withdraw.some((line) => line.includes("failed")) ? "failed" : ""}) => {`,
      ...withdraw.map((line) => `      ${line}`),
      "    },",
    );
  }
  module.add("  };", "}", "");
}

function addClient(module: TypeScriptModule, table: InterfaceType, asynchronous: boolean): void {
  const transport = module.runtimeType(asynchronous ? "AsynchronousTransport" : "SynchronousTransport");
  const call = asynchronous ? "callAsynchronously" : "callSynchronously";
  const name = `${table.typescript}${asynchronous ? "AsynchronousClient" : "Client"}`;
  module.add(
    asynchronous
      ? `/** Calls an implementation that lives elsewhere; every answer is a promise. */`
      : `/** Calls an implementation that lives elsewhere; its thread waits for each answer. */`,
    `export class ${name}${asynchronous ? "" : ` implements ${table.typescript}`} {`,
    `  readonly #transport: ${transport};`,
    "",
    `  constructor(transport: ${transport}) {`,
    "    this.#transport = transport;",
    "  }",
  );
  for (const method of travellingMethods(table)) {
    const type = returnType(module, method);
    const parameters = parameterList(module, method).join(", ");
    const args = [...(takesConnection(method) ? ["this.#transport"] : []), ...argumentList(method)].join(", ");
    const made = `${callName(table, method)}(${args})`;
    module.add("");
    if (method.mode === "posted") {
      module.add(
        `  ${camelCase(method.name)}(${parameters}): void {`,
        `    const call = ${made};`,
        "    this.#transport.post(call.method, call.encode([]));",
        "  }",
      );
    } else {
      const result = asynchronous ? `Promise<${type}>` : type;
      module.add(
        `  ${camelCase(method.name)}(${parameters}): ${result} {`,
        `    return ${module.runtime(call)}(this.#transport, ${made});`,
        "  }",
      );
    }
  }
  module.add("}", "");
}

/** `point`: what errors name. */
export function addClients(module: TypeScriptModule, table: InterfaceType, point: string): void {
  for (const method of travellingMethods(table)) addCall(module, table, method, point);
  addClient(module, table, false);
  addClient(module, table, true);
}
