/** The reference page: every contract in words and tables. */
import type {
  Contract,
  EnumerationType,
  FieldType,
  InterfaceType,
  LayoutType,
  Method,
  Parameter,
} from "../../contracts/language/index.ts";
import { literal } from "../../contracts/language/names.ts";
import { extensionPoints } from "../../contracts/points.ts";
import { cFunctionPointer, cType } from "./c-types.ts";
import { travellingTables } from "./messages.ts";
import { wireFormat } from "./reference-wire-format.ts";

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "enumeration":
      return `\`${cType(type)}\` (${type.name})`;
    case "characters":
      return `\`char[${type.size}]\`, terminated`;
    case "array":
      return `\`${cType(type.element)}[${type.length}]\``;
    case "atomic":
      return `atomic \`${cType(type.element)}\`, ${type.order}`;
    case "union":
      return `union of ${Object.entries(type.members)
        .map(([name, member]) => `${name} (${typeText(member)})`)
        .join(", ")}`;
    case "items":
      return `\`${cType(type)}\`, counted by \`${type.count}\``;
    case "function":
      return "function";
    case "handle":
      return `handle to \`${type.name}\``;
    default:
      return `\`${cType(type).trim()}\``;
  }
}

function enumerationPart(type: EnumerationType): string[] {
  const unknown =
    typeof type.unknown === "object"
      ? `become ${literal(type.unknown.as)}`
      : type.unknown === "keep"
        ? "are kept"
        : "are refused";
  return [
    `#### ${type.name}: \`${type.prefix}_*\``,
    "",
    `${type.summary}${type.summary === "" ? "" : " "}${type.flags ? "Bits that can be combined." : `Unknown values ${unknown}.`}`,
    "",
    ...table(
      ["C", "TypeScript", "value", "meaning"],
      [...type.values].map(([key, { value, summary, since }]) => [
        `\`${type.prefix}_${key}\``,
        type.flags ? String(value) : `\`"${literal(key)}"\``,
        String(value),
        `${summary}${since > 0 ? ` (since minor ${since})` : ""}`,
      ]),
    ),
  ];
}

const growth = {
  struct_size: "Grows: `struct_size` is the bytes that its writer knows.",
  stride: "Grows: whoever passes several gives the distance between them.",
  never: "Never grows.",
} as const;

function layoutPart(layout: LayoutType): string[] {
  return [
    `#### \`${layout.name}\`, ${layout.size} bytes`,
    "",
    `${layout.summary}${layout.summary === "" ? "" : " "}${growth[layout.growth]}`,
    "",
    ...table(
      ["offset", "size", "field", "type", "meaning"],
      layout.fields.map((field) => [
        String(field.offset),
        String(field.size),
        `\`${field.name}\``,
        typeText(field.type),
        field.reserved ? "must be 0" : `${field.summary}${field.since > 0 ? ` (since minor ${field.since})` : ""}`,
      ]),
    ),
  ];
}

/** Declarations of which one line says all. */
function shortPart(contract: Contract): string[] {
  const lines = contract.declarations.flatMap((declaration) => {
    const { name, kind } = declaration;
    switch (kind) {
      case "constant":
        return [`constant \`${name}\` = \`${JSON.stringify(declaration.value)}\`. ${declaration.summary}`];
      case "handle":
        return [
          `handle to \`${name}\`, made by the ${declaration.owner}${declaration.revocable ? ", which may revoke it" : ""}: ${declaration.summary}.`,
        ];
      case "opaque":
        return [`type \`${name}\`${declaration.summary === "opaque" ? "" : `, ${declaration.summary}`}: opaque.`];
      case "symbol":
        return [`symbol \`${name}\`, a \`${declaration.layout.name}\`. ${declaration.summary}`];
      default:
        return [];
    }
  });
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${line.trim()}`), ""];
}

function spanFacts(parameter: Parameter): string[] {
  const absent = "nullable" in parameter && parameter.nullable ? [`\`${parameter.name}\` may be absent.`] : [];
  if (parameter.kind === "callback")
    return [`\`${parameter.name}\` may be called until the end of the ${parameter.lifetime}.`, ...absent];
  if (parameter.kind === "value") return absent;
  if (parameter.kind !== "span") return [];
  const stability =
    parameter.stability === "stable" ? "stable: copied before it is checked" : "shared: each field is read once";
  return [
    `\`${parameter.name}\`: ${parameter.direction}, ${stability}, until the end of the ${parameter.lifetime}${parameter.stride ? ", elements grow" : ""}.`,
  ];
}

function facts(method: Method): string {
  const always = [
    method.mode,
    `thread ${method.thread}`,
    method.reentrant ? "reentrant" : "not reentrant",
    method.idempotent ? "idempotent" : "not idempotent",
  ];
  const sometimes = [
    ...(method.timeout > 0 ? [`time-out ${method.timeout} ms`] : []),
    ...(method.cancellable ? ["can be cancelled"] : []),
    ...(method.nativeOnly ? ["native-only"] : []),
    ...(method.optional ? ["optional"] : []),
    ...(method.since > 0 ? [`since minor ${method.since}`] : []),
    ...(method.errors.length > 0 ? [`errors ${method.errors.join(", ")}`] : []),
  ];
  return `${[...always, ...sometimes].join("; ")}.`;
}

function methodPart(method: Method, number: number): string[] {
  const spans = method.parameters.flatMap(spanFacts);
  const defaults =
    Object.keys(method.defaults).length === 0 ? [] : [`Where it is missing: \`${JSON.stringify(method.defaults)}\`.`];
  return [
    `#### ${number}. ${method.name}`,
    "",
    "```c",
    ...cFunctionPointer(method, ""),
    "```",
    "",
    ...(method.summary === "" ? [] : [method.summary, ""]),
    [facts(method), ...spans, ...defaults].join(" "),
    "",
  ];
}

function tablePart(part: InterfaceType): string[] {
  return [
    `### \`${part.name}\``,
    "",
    ...(part.summary === "" ? [] : [part.summary, ""]),
    ...part.methods.flatMap((method, index) => methodPart(method, index + 1)),
  ];
}

function contractPart(contract: Contract): string[] {
  const travels =
    travellingTables(contract).length > 0 ? "Its calls can leave their process." : "Its calls stay in their process.";
  const what = {
    point: `An extension point, ${contract.tiers.join(", ")}.${contract.domain === undefined ? "" : ` Moves with the domain \`${contract.domain}\`.`} ${travels}`,
    base: `Asked of every plugin as a whole. ${travels}`,
    service: "A table of the host.",
    shared: "Layouts that several contracts use.",
  }[contract.kind];
  const parts = contract.declarations.flatMap((declaration) => {
    if (declaration.kind === "enumeration") return enumerationPart(declaration);
    if (declaration.kind === "layout") return layoutPart(declaration);
    return declaration.kind === "interface" ? tablePart(declaration) : [];
  });
  return [
    `## ${contract.id}`,
    "",
    `${contract.summary} Version ${contract.version.major}.${contract.version.minor}, header \`${contract.header}\`. ${what}`,
    "",
    ...shortPart(contract),
    ...parts,
    ...(contract.table === undefined ? [] : tablePart(contract.table)),
  ];
}

function pointsPart(): string[] {
  return [
    "## Extension points",
    "",
    ...table(
      ["id", "does", "contract"],
      extensionPoints.map(({ id, summary, reserved }) => [`\`${id}\``, summary, reserved ? "reserved" : "defined"]),
    ),
  ];
}

/** A fact that nothing holds anybody to is a promise to whoever calls: it says so here. */
const factsPart = `## What of a contract is enforced

By the generated code: types, layouts, the mode, native-only, optional methods and their defaults, what may be absent, and that stable
spans are copied before they are checked. By the host: the version, the functions that a table must have, and the time-outs. By CI:
that a later minor only appends.

Promises, which nothing checks in this release: \`thread\`, reentrant and idempotent (a tier that restarts a plugin may repeat only
idempotent calls), the list of errors (any status may come back, and callers must bear it), lifetimes, who makes a handle and whether
it may be revoked, the domain, and the tiers other than inline.
`.split("\n");

/** `isOwn`: of this package, whose page also lists the points. */
export function referencePage(contracts: readonly Contract[], isOwn: boolean): string {
  return [
    "# Contracts",
    "",
    "Generated by `npm run generate`. Do not edit.",
    "",
    ...(isOwn ? [...pointsPart(), ...wireFormat, ...factsPart] : []),
    ...contracts.flatMap(contractPart),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
