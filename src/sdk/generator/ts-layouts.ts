/** Layouts that travel: an interface, and functions from and to bytes. */
import type { Field, FieldType, LayoutType } from "../../contracts/language/index.ts";
import { isStructSize, saysItsSize } from "../../contracts/language/layout.ts";
import { camelCase } from "../../contracts/language/names.ts";
import { sizeOf } from "../../contracts/language/sizes.ts";
import { whatKeepsHome } from "../../contracts/language/travel.ts";
import { docComment } from "./text.ts";
import { enumerationType } from "./ts-enumerations.ts";
import type { TypeScriptModule } from "./ts-module.ts";
import { rawSet, readNumber, writeNumber } from "./ts-numbers.ts";

/** Whether values of the layout exist in TypeScript: nothing in it means something in one process only. */
export function isValue(layout: LayoutType): boolean {
  return whatKeepsHome(layout) === undefined;
}

/** The fields that a person sees. */
export function visibleFields(layout: LayoutType): Field[] {
  return layout.fields.filter((field) => !field.reserved && field.counts === undefined && !isStructSize(field));
}

export function fieldType(module: TypeScriptModule, type: FieldType): string {
  switch (type.kind) {
    case "scalar":
      return type.as;
    case "enumeration":
      return enumerationType(module, type);
    case "string":
    case "characters":
      return "string";
    case "layout":
      return module.type(type);
    case "array":
    case "items": {
      const { element } = type;
      if (element.kind === "scalar" && (element.name === "u8" || element.name === "char")) return "Uint8Array";
      return `readonly ${fieldType(module, element)}[]`;
    }
    case "union":
      return "Uint8Array";
    default:
      throw new Error(`a ${type.kind} has no value in TypeScript`);
  }
}

function decodeField(module: TypeScriptModule, type: FieldType, at: string): string {
  switch (type.kind) {
    case "scalar":
      return readNumber(module, type, "view", at);
    case "enumeration": {
      const number = readNumber(module, type.storage, "view", at);
      return type.flags ? number : `${module.function("decode", type)}(${number})`;
    }
    case "string":
      return `reader.stringField(view, ${at})`;
    case "characters":
      return `${module.runtime("characters")}(view, ${at}, ${type.size})`;
    case "layout":
      return `${module.function("decode", type)}(reader, view, ${at})`;
    case "union":
      return `new Uint8Array(view.buffer, view.byteOffset + ${at}, ${sizeOf(type)}).slice()`;
    case "array": {
      const size = sizeOf(type.element);
      if (type.element.kind === "scalar" && size === 1 && type.element.name !== "i8") {
        return `new Uint8Array(view.buffer, view.byteOffset + ${at}, ${type.length}).slice()`;
      }
      return `Array.from({ length: ${type.length} }, (_, index) => ${decodeField(module, type.element, `${at} + index * ${size}`)})`;
    }
    case "items": {
      const { element } = type;
      if (element.kind === "scalar" && element.size === 1) return `reader.numbers(view, ${at}, 1).slice()`;
      const size = element.kind === "string" ? 16 : sizeOf(element);
      const smallest = element.kind === "layout" ? element.smallest : size;
      const one = decodeField(module, element, "0");
      return `${module.runtime("decodeItems")}(reader, reader.itemsField(view, ${at}, ${smallest}), ${size}, (view) => ${one})`;
    }
    default:
      throw new Error(`a ${type.kind} does not travel`);
  }
}

function encodeField(module: TypeScriptModule, type: FieldType, at: string, value: string, what: string): string[] {
  switch (type.kind) {
    case "scalar":
      return [`${writeNumber(module, type, "writer.view", at, value, what)};`];
    case "enumeration":
      return type.flags
        ? [`${writeNumber(module, type.storage, "writer.view", at, value, what)};`]
        : [`${rawSet(type.storage, "writer.view", at, `${module.function("encode", type)}(${value})`)};`];
    case "string":
      return [`writer.putString(${at}, ${value});`];
    case "characters":
      return [`${module.runtime("putCharacters")}(writer.view, ${at}, ${type.size}, ${value});`];
    case "layout":
      return [`${module.function("encode", type)}(writer, ${at}, ${value});`];
    case "union":
      return [`writer.putFixed(${at}, ${sizeOf(type)}, ${value}, ${JSON.stringify(what)});`];
    case "array": {
      const size = sizeOf(type.element);
      if (type.element.kind === "scalar" && size === 1 && type.element.name !== "i8") {
        return [`writer.putFixed(${at}, ${type.length}, ${value}, ${JSON.stringify(what)});`];
      }
      const inner = encodeField(module, type.element, `${at} + index * ${size}`, "item", what);
      return [
        `${module.runtime("exactly")}(${value}, ${type.length}, ${JSON.stringify(what)}).forEach((item, index) => {`,
        ...inner.map((line) => `  ${line}`),
        "});",
      ];
    }
    case "items": {
      const { element } = type;
      if (element.kind === "scalar" && element.size === 1) return [`writer.putBytes(${at}, ${value});`];
      const size = element.kind === "string" ? 16 : sizeOf(element);
      const inner = encodeField(module, element, "at", "item", what);
      return [`writer.putItems(${at}, ${size}, ${value}, (item, at) => {`, ...inner.map((line) => `  ${line}`), "});"];
    }
    default:
      throw new Error(`a ${type.kind} does not travel`);
  }
}

export function addLayout(module: TypeScriptModule, layout: LayoutType): void {
  const name = module.type(layout);
  const fields = visibleFields(layout);
  module.add(...docComment(layout.summary), `export interface ${name} {`);
  for (const field of fields) {
    module.add(
      ...docComment(field.summary, "  "),
      `  readonly ${camelCase(field.name)}${field.since > 0 ? "?" : ""}: ${fieldType(module, field.type)};`,
    );
  }
  module.add("}", "", `export const ${camelCase(name)}Size = ${layout.size};`, "");
  const decoded = fields.map(
    (field) => `    ${camelCase(field.name)}: ${decodeField(module, field.type, plus(field.offset))},`,
  );
  const reserved = layout.fields.filter((field) => field.reserved);
  module.add(
    `export function decode${name}(reader: ${module.runtimeType("WireReader")}, view: DataView, from = 0): ${name} {`,
    ...reserved.map((field) => `  ${module.runtime("zeroes")}(view, ${plus(field.offset)}, ${field.size});`),
    ...(decoded.some((line) => line.includes("reader")) ? [] : ["  void reader;"]),
    "  return {",
    ...decoded,
    "  };",
    "}",
    "",
  );
  module.add(
    `export function encode${name}(writer: ${module.runtimeType("WireWriter")}, to: number, value: ${module.runtimeType("Loose")}<${name}>): void {`,
  );
  if (saysItsSize(layout)) module.add(`  writer.view.setUint32(to, ${layout.size}, true);`);
  for (const field of fields) {
    const value = `value.${camelCase(field.name)}`;
    const lines = encodeField(module, field.type, plusTo(field.offset), value, `${name}.${camelCase(field.name)}`);
    if (field.since > 0) module.add(`  if (${value} !== undefined) {`, ...lines.map((line) => `    ${line}`), "  }");
    else module.add(...lines.map((line) => `  ${line}`));
  }
  module.add("}", "");
}

function plus(offset: number): string {
  return offset === 0 ? "from" : `from + ${offset}`;
}

function plusTo(offset: number): string {
  return offset === 0 ? "to" : `to + ${offset}`;
}
