/** Methods as an implementer sees them: camelCase, natural results. */
import type { InterfaceType, Method, Parameter } from "../../contracts/language/index.ts";
import { camelCase } from "../../contracts/language/names.ts";
import { isOut, travellingMethods } from "./messages.ts";
import { docComment } from "./text.ts";
import { enumerationType } from "./ts-enumerations.ts";
import type { TypeScriptModule } from "./ts-module.ts";

export interface Result {
  readonly name: string;
  /** Undefined for the value that the method itself returns. */
  readonly parameter?: Parameter;
}

/** What comes back, in the order of the response. */
export function resultsOf(method: Method): Result[] {
  const returned = typeof method.returns === "object" ? [{ name: "returned" }] : [];
  const outs = method.parameters
    .filter((parameter) => parameter.kind === "result" || isOut(parameter))
    .map((parameter) => ({ name: camelCase(parameter.name), parameter }));
  return [...returned, ...outs];
}

function resultType(module: TypeScriptModule, method: Method, result: Result): string {
  const { parameter } = result;
  if (parameter === undefined) {
    if (typeof method.returns !== "object" || method.returns.kind === "pointer")
      throw new Error(`${method.name} returns no value`);
    return method.returns.kind === "scalar" ? method.returns.as : enumerationType(module, method.returns);
  }
  switch (parameter.kind) {
    case "result":
      return parameter.type.kind === "scalar" ? parameter.type.as : enumerationType(module, parameter.type);
    case "layout":
      return module.type(parameter.layout);
    case "span":
      return spanType(module, parameter);
    default:
      throw new Error(`${parameter.kind} is no result`);
  }
}

export function spanType(module: TypeScriptModule, parameter: Extract<Parameter, { kind: "span" }>): string {
  const { element } = parameter;
  if (parameter.stability === "shared") return module.runtimeType("SharedSpan");
  if (element.kind === "layout") return `readonly ${module.type(element)}[]`;
  if (element.name === "char") return "string";
  return element.name === "u8" ? "Uint8Array" : `readonly ${element.as}[]`;
}

export function returnType(module: TypeScriptModule, method: Method): string {
  const results = resultsOf(method);
  if (results.length === 0) return "void";
  if (results.length === 1) return resultType(module, method, results[0] as Result);
  return `{ ${results.map((result) => `readonly ${result.name}: ${resultType(module, method, result)}`).join("; ")} }`;
}

function orNone(type: string, { nullable }: { readonly nullable?: boolean }): string {
  return nullable ? `${type} | undefined` : type;
}

export function parameterType(module: TypeScriptModule, parameter: Parameter): string | undefined {
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "scalar") return type.as;
      if (type.kind === "string") return "string";
      return type.kind === "handle" ? orNone(module.handle(type), parameter) : enumerationType(module, type);
    }
    case "layout":
      return parameter.direction === "in" ? module.type(parameter.layout) : undefined;
    case "span":
      return parameter.direction === "in" || parameter.stability === "shared" ? spanType(module, parameter) : undefined;
    case "callback":
      return orNone(parameter.table.typescript, parameter);
    default:
      return undefined;
  }
}

/** "region: number, offset: number" */
export function parameterList(module: TypeScriptModule, method: Method): string[] {
  const parameters = method.parameters.flatMap((parameter) => {
    const type = parameterType(module, parameter);
    return type === undefined ? [] : [`${camelCase(parameter.name)}: ${type}`];
  });
  return method.cancellable ? [...parameters, "signal: AbortSignal"] : parameters;
}

export function argumentList(method: Method): string[] {
  const names = method.parameters
    .filter((parameter) => parameter.kind !== "native" && parameter.kind !== "result" && !isOut(parameter))
    .map((parameter) => camelCase(parameter.name));
  return method.cancellable ? [...names, "signal"] : names;
}

function loose(module: TypeScriptModule, type: string): string {
  if (type === "bigint") return "bigint | number";
  return type === "void" || type === "number" || type === "string" || type === "Uint8Array"
    ? type
    : `${module.runtimeType("Loose")}<${type}>`;
}

/** What an implementation is: numbers are taken where a bigint is meant. */
export function addInterface(module: TypeScriptModule, table: InterfaceType): void {
  module.add(...docComment(table.summary), `export interface ${table.typescript} {`);
  for (const method of travellingMethods(table)) {
    const natural = loose(module, returnType(module, method));
    const type = method.mode === "asynchronous" ? `${module.runtimeType("Eventually")}<${natural}>` : natural;
    const facts = [
      `[${method.thread}]`,
      ...(method.optional ? ["Optional."] : []),
      ...(method.mode === "posted" ? ["Posted: the caller does not wait."] : []),
    ];
    module.add(
      ...docComment([...facts, method.summary].filter((part) => part !== "").join(" "), "  "),
      `  ${camelCase(method.name)}${method.optional ? "?" : ""}(${parameterList(module, method).join(", ")}): ${type};`,
    );
  }
  module.add("}", "");
}
