/** C: what a stub answers in place of an optional method that its table lacks. */
import type { FieldType, LayoutType, Method } from "../../contracts/language/index.ts";

/** The value of a default as C. */
function cDefault(type: FieldType, value: unknown): string {
  if (type.kind === "enumeration") {
    if (typeof value === "number") return String(value);
    return `${type.prefix}_${String(value).replaceAll("-", "_").toUpperCase()}`;
  }
  return String(value);
}

function layoutDefaults(layout: LayoutType, variable: string, values: unknown): string[] {
  return Object.entries((values ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    const field = layout.fields.find((field) => field.name === name);
    if (field === undefined) throw new Error(`${layout.name} has no field ${name} to give a default`);
    if (field.type.kind === "characters") {
      const text = JSON.stringify(value);
      return value === "" ? [] : [`memcpy(${variable}.${name}, ${text}, sizeof ${text});`];
    }
    return [`${variable}.${name} = ${cDefault(field.type, value)};`];
  });
}

export function defaultsOf(method: Method): string[] {
  return Object.entries(method.defaults).flatMap(([name, value]) => {
    const parameter = method.parameters.find((parameter) => parameter.name === name);
    if (parameter?.kind === "result") return [`out_${name} = ${cDefault(parameter.type, value)};`];
    if (parameter?.kind === "layout") return layoutDefaults(parameter.layout, `out_${name}`, value);
    if (name === "returned" && typeof method.returns === "object" && method.returns.kind !== "pointer") {
      return [`response.returned = ${cDefault(method.returns, value)};`];
    }
    throw new Error(`${method.name}: no default can be given for ${name}`);
  });
}
