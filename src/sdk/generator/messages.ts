/** The bodies of a method's request and response: fixed layouts with naturally aligned slots. */
import type { Contract, InterfaceType, Method, Parameter, ScalarType } from "../../contracts/language/index.ts";
import { u32, u64 } from "../../contracts/language/index.ts";
import { needsConnection } from "../../contracts/language/travel.ts";

export type SlotRole = "value" | "handle" | "callback" | "capacity" | "span" | "result" | "returned" | "reserved";

export interface Slot {
  readonly name: string;
  readonly role: SlotRole;
  /** The storage of a number; a span has none. */
  readonly storage?: ScalarType;
  readonly parameter?: Parameter;
  readonly offset: number;
  readonly size: number;
}

export interface Message {
  readonly slots: readonly Slot[];
  /** A multiple of its alignment; 0 for an empty body. */
  readonly size: number;
}

type Draft = Omit<Slot, "offset" | "size">;

/** VMP_WIRE_RESPONSE_MINIMUM: bytes that a transport offers for every answer. */
export const responseMinimum = 1024;

/** offset, count and stride, each 32 bits. */
export const spanSize = 12;

function storageOf(type: Extract<Parameter, { kind: "value" | "result" }>["type"]): ScalarType | undefined {
  if (type.kind === "scalar") return type;
  return type.kind === "enumeration" ? type.storage : undefined;
}

function arrange(drafts: readonly Draft[]): Message {
  const slots: Slot[] = [];
  let offset = 0;
  let alignment = 1;
  const pad = (to: number) => {
    while (offset < to) {
      const size = offset % 8 === 0 && to - offset >= 8 ? 8 : offset % 4 === 0 && to - offset >= 4 ? 4 : 1;
      const storage =
        size === 8 ? u64 : size === 4 ? u32 : ({ kind: "scalar", name: "u8", size: 1, as: "number" } as const);
      slots.push({ name: `reserved_${offset}`, role: "reserved", storage, offset, size });
      offset += size;
    }
  };
  for (const draft of drafts) {
    const size = draft.storage?.size ?? spanSize;
    const own = draft.storage?.size ?? 4;
    pad(Math.ceil(offset / own) * own);
    slots.push({ ...draft, offset, size });
    offset += size;
    alignment = Math.max(alignment, own);
  }
  pad(Math.ceil(offset / alignment) * alignment);
  return { slots, size: offset };
}

export function requestOf(method: Method): Message {
  const drafts = method.parameters.flatMap((parameter): Draft[] => {
    switch (parameter.kind) {
      case "value": {
        if (parameter.type.kind === "handle")
          return [{ name: parameter.name, role: "handle", storage: u64, parameter }];
        const storage = storageOf(parameter.type);
        return storage === undefined
          ? [{ name: parameter.name, role: "span", parameter }]
          : [{ name: parameter.name, role: "value", storage, parameter }];
      }
      case "callback":
        return [{ name: parameter.name, role: "callback", storage: u64, parameter }];
      case "layout":
        return parameter.direction === "in" ? [{ name: parameter.name, role: "span", parameter }] : [];
      case "span":
        return parameter.direction === "in" || parameter.stability === "shared"
          ? [{ name: parameter.name, role: "span", parameter }]
          : [{ name: parameter.capacity, role: "capacity", storage: u64, parameter }];
      default:
        return [];
    }
  });
  return arrange(drafts);
}

export function responseOf(method: Method): Message {
  const drafts: Draft[] = [];
  if (typeof method.returns === "object" && method.returns.kind !== "pointer") {
    drafts.push({ name: "returned", role: "returned", storage: storageOf(method.returns) as ScalarType });
  }
  for (const parameter of method.parameters) {
    if (parameter.kind === "result") {
      drafts.push({
        name: parameter.name,
        role: "result",
        storage: storageOf(parameter.type) as ScalarType,
        parameter,
      });
    } else if (isOut(parameter)) {
      drafts.push({ name: parameter.name, role: "span", parameter });
    }
  }
  return arrange(drafts);
}

/** Layouts and spans that come back in the body of the response. */
export function isOut(parameter: Parameter): boolean {
  if (parameter.kind === "layout") return parameter.direction === "out";
  return parameter.kind === "span" && parameter.direction === "out" && parameter.stability === "stable";
}

export function travellingMethods(table: InterfaceType): Method[] {
  return table.methods.filter((method) => !method.nativeOnly);
}

/** Its number in messages. */
export function methodNumber(table: InterfaceType, method: Method): number {
  return table.methods.indexOf(method) + 1;
}

/** Tables whose calls can be sent: the callbacks that a contract declares, and its own unless all is native-only. */
export function travellingTables(contract: Contract): InterfaceType[] {
  if (contract.kind === "service" || contract.kind === "shared") return [];
  const callbacks = contract.declarations.filter((declaration) => declaration.kind === "interface");
  const own = contract.table === undefined ? [] : [contract.table];
  return [...callbacks, ...own].filter((table) => table.methods.some((method) => !method.nativeOnly));
}

/** Whether answering a call of the table takes more than the bytes of the request. */
export function needsEnvironment(table: InterfaceType): boolean {
  return table.methods.some(
    (method) => !method.nativeOnly && (method.cancellable || method.parameters.some(needsConnection)),
  );
}
