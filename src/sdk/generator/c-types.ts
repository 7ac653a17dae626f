/** How types, parameters and functions are spelled in C. */
import type { FieldType, Method, Parameter, PointerTarget, ScalarName } from "../../contracts/language/index.ts";
import { lineWidth } from "./text.ts";

const scalars: Readonly<Record<ScalarName, string>> = {
  u8: "uint8_t",
  u16: "uint16_t",
  u32: "uint32_t",
  u64: "uint64_t",
  i8: "int8_t",
  i16: "int16_t",
  i32: "int32_t",
  i64: "int64_t",
  f32: "float",
  f64: "double",
  char: "char",
};

function target(to: PointerTarget): string {
  if (typeof to === "string") return to;
  return "struct" in to ? `struct ${to.struct}` : cType(to);
}

/** The type by itself; arrays and functions have none and are declared with their name. */
export function cType(type: FieldType): string {
  switch (type.kind) {
    case "scalar":
      return scalars[type.name];
    case "enumeration":
      return type.typedef ?? scalars[type.storage.name];
    case "string":
      return "vmp_string";
    case "layout":
    case "opaque":
      return type.name;
    case "handle":
      return `${type.constant ? "const " : ""}${type.name} *`;
    case "pointer": {
      const inner = target(type.to);
      return `${type.constant ? "const " : ""}${inner}${inner.endsWith("*") ? "" : " "}*`;
    }
    case "items": {
      const inner = cType(type.element);
      return `const ${inner} *`;
    }
    case "atomic":
      return `VMP_ATOMIC(${cType(type.element)})`;
    default:
      throw new Error(`a ${type.kind} has no C type of its own`);
  }
}

function spaced(type: string, name: string): string {
  return type.endsWith("*") ? `${type}${name}` : `${type} ${name}`;
}

/** A declaration without its semicolon. */
export function cDeclaration(type: FieldType, name: string): string {
  if (type.kind === "array") return `${spaced(cType(type.element), name)}[${type.length}]`;
  if (type.kind === "characters") return `char ${name}[${type.size}]`;
  return spaced(cType(type), name);
}

/** The C parameters that one parameter of a contract becomes. */
export function cParameter(parameter: Parameter): string[] {
  switch (parameter.kind) {
    case "value":
    case "native":
      return [spaced(cType(parameter.type), parameter.name)];
    case "result":
      return [`${cType(parameter.type)} *${parameter.name}`];
    case "layout":
      return [`${parameter.direction === "in" ? "const " : ""}${parameter.layout.name} *${parameter.name}`];
    case "callback":
      return [`const ${parameter.table.name} *${parameter.name}`, `void *${parameter.name}_context`];
    case "span": {
      const qualifiers = `${parameter.direction === "in" ? "const " : ""}${parameter.stability === "shared" ? "volatile " : ""}`;
      const pointer = `${qualifiers}${cType(parameter.element)} *${parameter.name}`;
      const stride = parameter.stride ? [`uint32_t ${parameter.name}_stride`] : [];
      if (parameter.direction === "in" || parameter.stability === "shared")
        return [pointer, `uint64_t ${parameter.count}`, ...stride];
      return [pointer, `uint64_t ${parameter.capacity}`, ...stride, `uint64_t *${parameter.count}`];
    }
  }
}

/** All parameters of a function, its own spelled by `spell`. */
export function cParameters(method: Method, spell = cParameter): string[] {
  const parameters = [
    ...(method.self ? ["void *self"] : []),
    ...method.parameters.flatMap(spell),
    ...(method.cancellable ? ["const vmp_cancellation *cancellation"] : []),
    ...(method.error ? ["vmp_error *error"] : []),
  ];
  return parameters.length === 0 ? ["void"] : parameters;
}

export function cReturnType(method: Method): string {
  if (method.returns === "status") return "vmp_status";
  return method.returns === "void" ? "void" : cType(method.returns);
}

/** `before(a, b, c)after`, continued below the first parameter where the line is full. */
export function cCall(indent: string, before: string, parameters: readonly string[], after: string): string[] {
  const single = `${indent}${before}(${parameters.join(", ")})${after}`;
  if (single.length <= lineWidth) return [single];
  const continuation = " ".repeat(indent.length + before.length + 1);
  const lines: string[] = [];
  let line = `${indent}${before}(`;
  parameters.forEach((parameter, index) => {
    const last = index === parameters.length - 1;
    const piece = `${parameter}${last ? `)${after}` : ","}`;
    const first = line === continuation || line.endsWith("(");
    if (!first && line.length + 1 + piece.length > lineWidth) {
      lines.push(line);
      line = continuation + piece;
    } else {
      line += first ? piece : ` ${piece}`;
    }
  });
  lines.push(line);
  return lines;
}

export function cFunctionPointer(method: Method, indent: string): string[] {
  const type = cReturnType(method);
  return cCall(indent, `${spaced(type, "")}(*${method.name})`.replace(/^(\w+) +\(/, "$1 ("), cParameters(method), ";");
}
