/** C structures of the bodies, with what every compiler must agree on. */
import type { InterfaceType, Method } from "../../contracts/language/index.ts";
import { cCall, cType } from "./c-types.ts";
import type { Message } from "./messages.ts";
import { requestOf, responseOf, travellingMethods } from "./messages.ts";

export function messageName(table: InterfaceType, method: Method, which: "request" | "response"): string {
  return `${table.name}_${method.name}_${which}`;
}

function cMessage(name: string, message: Message): string[] {
  if (message.size === 0) return [];
  const fields = message.slots.map(
    (slot) => `  ${slot.storage === undefined ? "vmp_wire_span" : cType(slot.storage)} ${slot.name};`,
  );
  const conditions = message.slots
    .filter((slot) => slot.role !== "reserved")
    .map((slot) => `offsetof(${name}, ${slot.name}) == ${slot.offset}`);
  return [
    `typedef struct ${name} {`,
    ...fields,
    `} ${name};`,
    ...[...conditions, `sizeof(${name}) == ${message.size}`].flatMap((condition) =>
      cCall("", "VMP_STATIC_ASSERT", [condition, '"wire format"'], ";"),
    ),
    "",
  ];
}

export function messageStructures(table: InterfaceType): string[] {
  return travellingMethods(table).flatMap((method) => [
    ...cMessage(messageName(table, method, "request"), requestOf(method)),
    ...cMessage(messageName(table, method, "response"), responseOf(method)),
  ]);
}

/** "|| request.reserved_4 != 0" for each. */
export function reservedChecks(message: Message, variable: string): string[] {
  return message.slots.filter((slot) => slot.role === "reserved").map((slot) => `${variable}.${slot.name} != 0`);
}
