/** C: what a stub of a contract, whose defaults were validated, answers in place of an optional method that its table lacks. */
import type { Field, FieldType, LayoutType, Method } from "../../contracts/language/index.ts";
import { literal } from "../../contracts/language/names.ts";

/** The value of a default as C. */
function cDefault(type: FieldType, value: unknown): string {
  if (type.kind === "enumeration") {
    if (typeof value === "number") return String(value);
    return `${type.prefix}_${[...type.values.keys()].find((key) => literal(key) === value)}`;
  }
  return String(value);
}

function layoutDefaults(layout: LayoutType, variable: string, values: unknown): string[] {
  return Object.entries((values ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    const field = layout.fields.find((field) => field.name === name) as Field;
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
    return typeof method.returns === "object" ? [`response.returned = ${cDefault(method.returns, value)};`] : [];
  });
}
