/** Dispatchers: bytes to an implementation, its result or its error to bytes. */
import type { FieldType, InterfaceType, LayoutType, Method } from "../../contracts/language/index.ts";
import { camelCase, literal } from "../../contracts/language/names.ts";
import { methodNumber, needsEnvironment, requestOf, responseOf, travellingMethods } from "./messages.ts";
import { checkReserved, readSlot, writeSlot } from "./ts-bodies.ts";
import { visibleFields } from "./ts-layouts.ts";
import { resultsOf, returnType } from "./ts-methods.ts";
import type { TypeScriptModule } from "./ts-module.ts";

function zero(type: FieldType): string {
  switch (type.kind) {
    case "scalar":
      return type.as === "bigint" ? "0n" : "0";
    case "enumeration": {
      if (type.flags) return "0";
      const none = [...type.values].find(([, { value }]) => value === 0);
      return none === undefined ? "0" : JSON.stringify(literal(none[0]));
    }
    case "string":
    case "characters":
      return '""';
    case "layout":
      return defaultLayout(type, {});
    case "items":
      return "[]";
    case "array":
      return type.element.kind === "scalar" && type.element.name === "u8"
        ? `new Uint8Array(${type.length})`
        : `Array.from({ length: ${type.length} }, () => ${zero(type.element)})`;
    default:
      return "new Uint8Array(0)";
  }
}

function given(type: FieldType, value: unknown): string {
  if (value === undefined) return zero(type);
  if (type.kind === "layout") return defaultLayout(type, value as Record<string, unknown>);
  if (type.kind === "scalar" && type.as === "bigint") return `${String(value)}n`;
  return JSON.stringify(value);
}

function defaultLayout(layout: LayoutType, values: Readonly<Record<string, unknown>>): string {
  const fields = visibleFields(layout).map(
    (field) => `${camelCase(field.name)}: ${given(field.type, values[field.name])}`,
  );
  return `{ ${fields.join(", ")} }`;
}

/** What a caller gets from an implementation without the method. */
export function defaultResult(method: Method): string {
  const results = resultsOf(method).map((result) => {
    const { parameter } = result;
    if (parameter === undefined)
      return given(typeof method.returns === "object" ? method.returns : { kind: "string" }, method.defaults.returned);
    const value = method.defaults[parameter.name];
    if (parameter.kind === "layout") return defaultLayout(parameter.layout, (value ?? {}) as Record<string, unknown>);
    if (parameter.kind === "result") return given(parameter.type, value);
    if (parameter.kind === "span" && parameter.element.kind === "scalar") {
      if (parameter.element.name === "u8") return "new Uint8Array(0)";
      if (parameter.element.name === "char") return '""';
    }
    return "[]";
  });
  if (results.length === 0) return "undefined";
  if (results.length === 1) return results[0] as string;
  return `{ ${resultsOf(method)
    .map((result, index) => `${result.name}: ${results[index]}`)
    .join(", ")} }`;
}

function encodeResult(module: TypeScriptModule, method: Method): string[] {
  const response = responseOf(method);
  const returned = typeof method.returns === "object" && method.returns.kind !== "pointer" ? method.returns : undefined;
  const results = resultsOf(method);
  const slots = response.slots.filter((slot) => slot.role !== "reserved");
  const resultValue = (index: number) => (results.length === 1 ? "result" : `result.${results[index]?.name}`);
  const capacities = requestOf(method).slots.filter((slot) => slot.role === "capacity");
  const counts = slots
    .filter(({ parameter }) => parameter?.kind === "span")
    .map((slot) => `writer.count(${slot.offset})`);
  return [
    `const writer = new ${module.runtime("WireWriter")}(${response.size});`,
    ...slots.flatMap((slot, index) => writeSlot(module, slot, resultValue(index), returned)),
    ...(counts.length > 0
      ? [
          `${module.runtime("requireCapacity")}([${counts.join(", ")}], [${capacities.map((slot) => camelCase(slot.name)).join(", ")}]);`,
        ]
      : []),
    "return writer.finish();",
  ];
}

function addCase(module: TypeScriptModule, table: InterfaceType, method: Method): void {
  const request = requestOf(method);
  const name = camelCase(method.name);
  const slots = request.slots.filter((slot) => slot.role !== "reserved");
  const reads = slots.map((slot) =>
    slot.role === "capacity"
      ? `const ${camelCase(slot.name)} = view.getBigUint64(${slot.offset}, true);`
      : `const ${camelCase(slot.name)} = ${readSlot(module, slot)};`,
  );
  const args = slots.filter((slot) => slot.role !== "capacity").map((slot) => camelCase(slot.name));
  if (method.cancellable) args.push("environment.signal ?? new AbortController().signal");
  const usesView = reads.some((line) => line.includes("view"));
  const lent = method.parameters.some((parameter) => parameter.kind === "callback" && parameter.lifetime === "call");
  const lines = [
    `      case ${methodNumber(table, method)}: {`,
    ...(lent ? [`        return ${module.runtime("lending")}(environment, (lent) => {`] : []),
    `        ${request.size > 0 ? "const reader = " : ""}new ${module.runtime("WireReader")}(request, ${request.size});`,
    ...(usesView ? ["        const { view } = reader;"] : []),
    ...checkReserved(module, request).map((line) => `        ${line}`),
    ...reads.map((line) => `        ${line}`),
  ];
  const call = method.optional
    ? `implementation.${name} === undefined ? ${defaultResult(method)} : implementation.${name}(${args.join(", ")})`
    : `implementation.${name}(${args.join(", ")})`;
  const encode = encodeResult(module, method);
  if (responseOf(method).size === 0) {
    lines.push(
      `        return ${module.runtime("answer")}<unknown>(() => ${call}, () => ${module.runtime("emptyBody")});`,
    );
  } else {
    const type = `${module.runtimeType("Loose")}<${returnType(module, method)}>`;
    lines.push(
      `        return ${module.runtime("answer")}<${type}>(() => ${call}, (result) => {`,
      ...encode.map((line) => `          ${line}`),
      "        });",
    );
  }
  module.add(...lines, ...(lent ? ["        });"] : []), "      }");
}

export function addDispatcher(module: TypeScriptModule, table: InterfaceType): void {
  const environment = needsEnvironment(table);
  const answer = module.runtimeType("Answer");
  module.add(
    `/**`,
    ` * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks`,
    ` * the wire format is answered MALFORMED and the implementation not called. Never throws.`,
    ` */`,
    `export function dispatch${table.typescript}(`,
    `  implementation: ${table.typescript},`,
    "  method: number,",
    "  request: Uint8Array,",
    ...(environment
      ? [`  environment: ${module.runtimeType("DispatchEnvironment")} = ${module.runtime("noEnvironment")},`]
      : []),
    `): ${answer} | Promise<${answer}> {`,
    `  return ${module.runtime("guarded")}(() => {`,
    "    switch (method) {",
  );
  for (const method of travellingMethods(table)) addCase(module, table, method);
  module.add("      default:", `        return ${module.runtime("malformedAnswerBytes")};`, "    }", "  });", "}", "");
}
