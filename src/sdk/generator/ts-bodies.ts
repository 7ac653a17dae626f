/** Parameters and results from and to the bodies of messages. */
import type { EnumerationType, Parameter, ScalarType } from "../../contracts/language/index.ts";
import { camelCase } from "../../contracts/language/names.ts";
import { alignmentOf, sizeOf } from "../../contracts/language/sizes.ts";
import type { Message, Slot } from "./messages.ts";
import type { TypeScriptModule } from "./ts-module.ts";
import { rawSet, readNumber, writeNumber } from "./ts-numbers.ts";

function readValue(module: TypeScriptModule, type: ScalarType | EnumerationType, at: number): string {
  if (type.kind === "scalar") return readNumber(module, type, "view", String(at));
  const number = readNumber(module, type.storage, "view", String(at));
  return type.flags ? number : `${module.function("decode", type)}(${number})`;
}

function writeValue(
  module: TypeScriptModule,
  type: ScalarType | EnumerationType,
  at: number,
  value: string,
  what: string,
): string {
  if (type.kind === "scalar") return `${writeNumber(module, type, "writer.view", String(at), value, what)};`;
  if (type.flags) return `${writeNumber(module, type.storage, "writer.view", String(at), value, what)};`;
  return `${rawSet(type.storage, "writer.view", String(at), `${module.function("encode", type)}(${value})`)};`;
}

function readSpan(module: TypeScriptModule, parameter: Extract<Parameter, { kind: "span" }>, at: number): string {
  const { element } = parameter;
  if (parameter.stability === "shared") {
    const smallest = element.kind === "layout" ? element.smallest : element.size;
    const limits = `{ smallest: ${smallest}, alignment: ${alignmentOf(element)}, exact: ${!parameter.stride} }`;
    return `${module.runtime("importSharedSpan")}(view, ${at}, ${limits}, environment.shared)`;
  }
  if (element.kind === "layout") {
    const items = `reader.span(view, ${at}, ${element.smallest}, ${element.alignment})`;
    return `${module.runtime("decodeItems")}(reader, ${items}, ${element.size}, (view) => ${module.function("decode", element)}(reader, view))`;
  }
  if (element.name === "char") return `reader.string(${at})`;
  if (element.name === "u8") return `reader.numbers(view, ${at}, 1)`;
  const items = `reader.numberSpan(view, ${at}, ${element.size})`;
  return `${module.runtime("decodeItems")}(reader, ${items}, ${element.size}, (view) => ${readNumber(module, element, "view", "0")})`;
}

/** The expression that reads one slot: of a request for a dispatcher, of a response for a client. */
export function readSlot(module: TypeScriptModule, slot: Slot, returned?: ScalarType | EnumerationType): string {
  const { parameter, offset } = slot;
  if (parameter === undefined) {
    if (returned === undefined) throw new Error("nothing is returned");
    return readValue(module, returned, offset);
  }
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "string") return `reader.string(${offset})`;
      if (type.kind === "handle") {
        const number = `view.getBigUint64(${offset}, true)`;
        const found = `${module.runtime("importHandle")}(environment, "${type.name}", ${number}) as ${module.handle(type)}`;
        return parameter.nullable ? `${number} === 0n ? undefined : (${found})` : found;
      }
      return readValue(module, type, offset);
    }
    case "result":
      return readValue(module, parameter.type, offset);
    case "layout": {
      const { layout } = parameter;
      const view = `reader.single(${offset}, ${layout.smallest}, ${layout.alignment}, ${layout.size})`;
      return `${module.function("decode", layout)}(reader, ${view})`;
    }
    case "span":
      return readSpan(module, parameter, offset);
    case "callback": {
      const number = `view.getBigUint64(${offset}, true)`;
      const lent = parameter.lifetime === "call" ? ", lent" : "";
      const transport = `${module.runtime("importCallback")}(environment, "${parameter.table.name}", ${number}${lent})`;
      const client = `new ${parameter.table.typescript}Client(${transport})`;
      return parameter.nullable ? `${number} === 0n ? undefined : ${client}` : client;
    }
    case "native":
      throw new Error("a native parameter does not travel");
  }
}

function writeSpan(
  module: TypeScriptModule,
  parameter: Extract<Parameter, { kind: "span" }>,
  at: number,
  value: string,
): string[] {
  const { element } = parameter;
  if (parameter.stability === "shared") {
    const offset = `${module.runtime("exportSharedSpan")}(${value}, connection.shared)`;
    return [`writer.putSpan(${at}, ${offset}, ${value}.count, ${value}.stride);`];
  }
  if (element.kind === "layout") {
    return [
      `writer.putItems(${at}, ${sizeOf(element)}, ${value}, (item, at) => ${module.function("encode", element)}(writer, at, item));`,
    ];
  }
  if (element.name === "char") return [`writer.putString(${at}, ${value});`];
  if (element.name === "u8") return [`writer.putBytes(${at}, ${value});`];
  const write = writeNumber(module, element, "writer.view", "at", "item", parameter.name);
  return [`writer.putItems(${at}, ${element.size}, ${value}, (item, at) => ${write});`];
}

/** The statements that write one slot, from the expression of its value. */
export function writeSlot(
  module: TypeScriptModule,
  slot: Slot,
  value: string,
  returned?: ScalarType | EnumerationType,
): string[] {
  const { parameter, offset } = slot;
  if (parameter === undefined) {
    if (returned === undefined) throw new Error("nothing is returned");
    return [writeValue(module, returned, offset, value, "the result")];
  }
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "string") return [`writer.putString(${offset}, ${value});`];
      if (type.kind === "handle") {
        return [
          `writer.view.setBigUint64(${offset}, ${module.runtime("exportHandle")}(connection, "${type.name}", ${value}), true);`,
        ];
      }
      return [writeValue(module, type, offset, value, camelCase(parameter.name))];
    }
    case "result":
      return [writeValue(module, parameter.type, offset, value, camelCase(parameter.name))];
    case "layout":
      return [
        `writer.putItems(${offset}, ${parameter.layout.size}, [${value}], (item, at) => ${module.function("encode", parameter.layout)}(writer, at, item));`,
      ];
    case "span":
      return writeSpan(module, parameter, offset, value);
    case "callback":
      return [`writer.view.setBigUint64(${offset}, ${value}, true);`];
    case "native":
      throw new Error("a native parameter does not travel");
  }
}

/** Refuses padding that is not zero. */
export function checkReserved(module: TypeScriptModule, message: Message): string[] {
  return message.slots
    .filter((slot) => slot.role === "reserved")
    .map((slot) => `${module.runtime("zeroes")}(reader.view, ${slot.offset}, ${slot.size});`);
}
