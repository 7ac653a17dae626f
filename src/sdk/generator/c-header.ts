/** The C header of one contract. */
import { posix } from "node:path";
import type { Contract, Declaration, HandleType, OpaqueType } from "../../contracts/language/index.ts";
import {
  cConstant,
  cEnumeration,
  cLayout,
  cLayoutAssertions,
  cMaximumSize,
  cTable,
  cTableAssertions,
} from "./c-declarations.ts";
import { closeC, openC, rootIntroduction, rootPrelude } from "./c-prelude.ts";
import { cComment, generatedFrom } from "./text.ts";

const rootHeader = "vm_plugin.h";

function guard(header: string): string {
  return header.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
}

function cOpaque(type: OpaqueType | HandleType): string[] {
  return [`typedef struct ${type.name} ${type.name};${type.summary === "" ? "" : ` /* ${type.summary} */`}`];
}

function cDeclare(declaration: Declaration): string[] {
  switch (declaration.kind) {
    case "constant":
      return cConstant(declaration);
    case "enumeration":
      return cEnumeration(declaration);
    case "opaque":
    case "handle":
      return cOpaque(declaration);
    case "layout":
      return [...cLayout(declaration), ...cMaximumSize(declaration)];
    case "interface":
      return cTable(declaration);
    case "symbol":
      return [
        ...cComment(declaration.summary),
        `extern VMP_EXPORT const ${declaration.layout.name} ${declaration.name};`,
      ];
  }
}

/** Lines that belong together stand without a blank line between them. */
function together(before: Declaration, after: Declaration): boolean {
  const short = (declaration: Declaration) =>
    ("summary" in declaration && declaration.kind === "constant" && declaration.summary === "") ||
    declaration.kind === "opaque" ||
    declaration.kind === "handle";
  const kind = (declaration: Declaration) => (declaration.kind === "handle" ? "opaque" : declaration.kind);
  return short(before) && short(after) && kind(before) === kind(after);
}

function identity(contract: Contract): string[] {
  if (contract.kind === "shared") return [];
  const what = contract.kind === "service" ? "SERVICE" : "POINT";
  return [`#define ${contract.macro}_${what} "${contract.id}"`];
}

function assertions(contract: Contract): string[] {
  const lines: string[] = [];
  for (const declaration of contract.declarations) {
    if (declaration.kind === "layout") lines.push(...cLayoutAssertions(declaration));
    if (declaration.kind === "interface") lines.push(...cTableAssertions(declaration));
  }
  if (contract.table !== undefined) lines.push(...cTableAssertions(contract.table));
  return lines;
}

/** The line that includes `header`: relative where it is generated beside this one, else from the include path. */
export function cInclude(from: string, header: string, beside: boolean): string {
  return beside ? `#include "${posix.relative(posix.dirname(from), header)}"` : `#include <${header}>`;
}

/** `source` is the contract's file, as a person would look for it; `own` are the contracts generated into one folder. */
export function cHeader(contract: Contract, source: string, own: ReadonlySet<Contract>): string {
  const isRoot = contract.header === rootHeader;
  const macro = guard(contract.header);
  // What every header builds on; a contract that uses others has it through them.
  const includes =
    contract.uses.length === 0
      ? [cInclude(contract.header, rootHeader, false)]
      : contract.uses.map((used) => cInclude(contract.header, used.header, own.has(used)));
  const lines: string[] = isRoot
    ? [rootIntroduction, `#ifndef ${macro}`, `#define ${macro}`, "", rootPrelude]
    : [
        ...cComment(contract.summary),
        ...cComment(generatedFrom(source)),
        `#ifndef ${macro}`,
        `#define ${macro}`,
        "",
        ...includes,
        "",
        openC,
      ];
  const id = identity(contract);
  if (id.length > 0) lines.push("", ...id);
  contract.declarations.forEach((declaration, index) => {
    const before = contract.declarations[index - 1];
    const joined =
      before === undefined
        ? id.length > 0 && declaration.kind === "constant" && declaration.summary === ""
        : together(before, declaration);
    if (!joined) lines.push("");
    lines.push(...cDeclare(declaration));
  });
  if (contract.table !== undefined) lines.push("", ...cTable(contract.table));
  const checks = assertions(contract);
  if (checks.length > 0) lines.push("", "/* What every compiler must agree on. */", ...checks);
  lines.push("", closeC, "#endif", "");
  return lines.join("\n");
}
