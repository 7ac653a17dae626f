/** The C header that carries the calls of one contract between processes. */
import { posix } from "node:path";
import type { Contract, InterfaceType } from "../../contracts/language/index.ts";
import { cInclude } from "./c-header.ts";
import { closeC, openC } from "./c-prelude.ts";
import { helpers } from "./marshal-helpers.ts";
import { messageStructures } from "./marshal-messages.ts";
import { proxy } from "./marshal-proxy.ts";
import { room } from "./marshal-room.ts";
import { stub } from "./marshal-stub.ts";
import { methodNumber, travellingTables } from "./messages.ts";
import { cComment, foldC, generatedFrom } from "./text.ts";

/** Beside the contract's header, in a folder of its own. */
export function marshalPath(contract: Contract): string {
  return posix.join(posix.dirname(contract.header), "marshal", posix.basename(contract.header));
}

function numbers(table: InterfaceType): string[] {
  const entries = table.methods.map(
    (method) => `${table.name.toUpperCase()}_METHOD_${method.name.toUpperCase()} = ${methodNumber(table, method)}`,
  );
  return [
    "/* The methods' numbers in messages. */",
    "enum {",
    ...entries.map((entry, index) => `  ${entry}${index === entries.length - 1 ? "" : ","}`),
    "};",
    "",
  ];
}

/** `isOwn`: of this package, beside the helpers that it includes. Text, or undefined where no call of the contract can leave its process. */
export function marshalHeader(contract: Contract, source: string, isOwn: boolean): string | undefined {
  const tables = travellingTables(contract);
  if (tables.length === 0) return undefined;
  const path = marshalPath(contract);
  const macro = path.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
  const lines = [
    ...cComment(
      `Calls of \`${contract.id}\` as bytes: a stub answers them, a proxy makes them. ${generatedFrom(source)}`,
    ),
    `#ifndef ${macro}`,
    `#define ${macro}`,
    "",
    cInclude(path, contract.header, true),
    cInclude(path, "vm_plugin/marshal/wire_proxy.h", isOwn),
    cInclude(path, "vm_plugin/marshal/wire_stub.h", isOwn),
    "",
    openC,
    "",
    ...tables.flatMap(numbers),
    ...helpers(tables),
    ...tables.flatMap((table) => [...messageStructures(table)]),
    ...tables.flatMap((table) => {
      const isCallback = table !== contract.table;
      // A callback is answered by its caller and called by its callee, so both halves come before the main table.
      return [...room(table), ...stub(table, isCallback), ...proxy(table)];
    }),
    closeC,
    "#endif",
    "",
  ];
  return lines.flatMap(foldC).join("\n");
}
