import type { LayoutType } from "./layout.ts";
import type { Parameter } from "./method.ts";
import type { FieldType } from "./types.ts";

/** Whether the bytes of a value are all there is to it: no string or items elsewhere. */
export function isPlain(type: FieldType): boolean {
  switch (type.kind) {
    case "string":
    case "items":
      return false;
    case "array":
      return isPlain(type.element);
    case "layout":
      return type.fields.every((field) => isPlain(field.type));
    case "union":
      return Object.values(type.members).every(isPlain);
    default:
      return true;
  }
}

/** Whether a parameter takes a connection, and not only bytes. */
export function needsConnection(parameter: Parameter): boolean {
  return (
    parameter.kind === "callback" ||
    (parameter.kind === "value" && parameter.type.kind === "handle") ||
    (parameter.kind === "span" && parameter.stability === "shared")
  );
}

/** The first part of a layout that cannot leave its process, or undefined. */
export function whatKeepsHome(layout: LayoutType): string | undefined {
  for (const field of layout.fields) {
    const found = keepsHome(field.type, `${layout.name}.${field.name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keepsHome(type: FieldType, where: string): string | undefined {
  switch (type.kind) {
    case "pointer":
    case "function":
    case "opaque":
    case "handle":
    case "atomic":
      return where;
    case "array":
      return keepsHome(type.element, where);
    case "items":
      return type.element.kind === "layout" ? whatKeepsHome(type.element) : undefined;
    case "layout":
      return whatKeepsHome(type);
    case "union":
      for (const [name, member] of Object.entries(type.members)) {
        if (!isPlain(member)) return `${where}.${name}`;
        const found = keepsHome(member, `${where}.${name}`);
        if (found !== undefined) return found;
      }
      return undefined;
    default:
      return undefined;
  }
}
