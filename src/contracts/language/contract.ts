import type { EnumerationType } from "./enumeration.ts";
import type { LayoutType } from "./layout.ts";
import type { Method } from "./method.ts";
import { pascalCase, upperSnake } from "./names.ts";
import type { HandleType, OpaqueType } from "./types.ts";
import { validate } from "./validate.ts";

export type Tier = "inline" | "worker" | "process" | "vm";

export interface Constant {
  readonly kind: "constant";
  readonly name: string;
  readonly value: number | string;
  readonly summary: string;
  /** Unsigned in C. */
  readonly unsigned: boolean;
}

/** A table of functions: struct_size, a reserved word, then the functions, appended by later minors. */
export interface InterfaceType {
  readonly kind: "interface";
  /** The C name of the table. */
  readonly name: string;
  /** The TypeScript name of what implements it. */
  readonly typescript: string;
  readonly summary: string;
  readonly methods: readonly Method[];
}

/** A constant that a plugin exports under its C name. */
export interface Symbol {
  readonly kind: "symbol";
  readonly name: string;
  readonly layout: LayoutType;
  readonly summary: string;
}

export type Declaration = Constant | OpaqueType | HandleType | EnumerationType | LayoutType | InterfaceType | Symbol;

/**
 * point: an extension point. base: what the host asks of every plugin. service: a table of the host, always called in its
 * own process. shared: layouts that several contracts use.
 */
export type ContractKind = "point" | "base" | "service" | "shared";

export interface Contract {
  readonly id: string;
  readonly kind: ContractKind;
  readonly version: { readonly major: number; readonly minor: number };
  readonly summary: string;
  /** The path of the C header below the include folder. */
  readonly header: string;
  /** The name of the generated files, with dashes. */
  readonly file: string;
  /** What every C name begins with, in lower case. */
  readonly prefix: string;
  /** What the macros of the contract begin with. */
  readonly macro: string;
  readonly uses: readonly Contract[];
  readonly tiers: readonly Tier[];
  /** Points with the same domain move to another tier together. */
  readonly domain?: string;
  /** Its instances keep nothing between calls that a caller relies on: an update may put another in one's place. */
  readonly replaceable: boolean;
  readonly declarations: readonly Declaration[];
  readonly capabilities?: LayoutType;
  readonly table?: InterfaceType;
}

export interface ContractOptions {
  readonly id: string;
  readonly kind?: ContractKind;
  readonly version: Contract["version"];
  readonly summary: string;
  readonly header?: string;
  readonly uses?: readonly Contract[];
  readonly tiers?: readonly Tier[];
  readonly domain?: string;
  /** As in Contract; default false. */
  readonly replaceable?: boolean;
  readonly declarations?: readonly Declaration[];
  readonly capabilities?: LayoutType;
  readonly table?: InterfaceType;
  /** What every C name begins with; the first part of the id where it is not given. "vmp" is the host's own. */
  readonly prefix?: string;
}

export function constant(
  name: string,
  value: number | string,
  summary = "",
  options: { unsigned?: boolean } = {},
): Constant {
  return { kind: "constant", name, value, summary, unsigned: options.unsigned ?? false };
}

export function exportedSymbol(name: string, layout: LayoutType, summary: string): Symbol {
  return { kind: "symbol", name, layout, summary };
}

/** The main table of a contract, or one that is passed as a callback. */
export function table(
  name: string,
  options: { typescript?: string; summary?: string },
  methods: readonly Method[],
): InterfaceType {
  const typescript = options.typescript ?? pascalCase(name.slice(name.indexOf("_") + 1));
  return { kind: "interface", name, typescript, summary: options.summary ?? "", methods };
}

/** One contract: one file, one C header, one TypeScript module. Throws an Error that names what breaks a rule. */
export function contract(options: ContractOptions): Contract {
  const kind = options.kind ?? "point";
  const prefix = options.prefix ?? (options.id.split(".")[0] as string).replaceAll("-", "_");
  const snake = options.id.replace(/\/\d+$/, "").replace(/[^a-z0-9]+/g, "_");
  const base = snake.startsWith(`${prefix}_`) ? snake.slice(prefix.length + 1) : snake;
  const result: Contract = {
    id: options.id,
    kind,
    version: options.version,
    summary: options.summary,
    header: options.header ?? `${prefix === "vmp" ? "vm_plugin" : prefix}/${base}.h`,
    file: base.replaceAll("_", "-"),
    prefix,
    macro: upperSnake(`${prefix}_${base}`),
    uses: options.uses ?? [],
    tiers: options.tiers ?? (kind === "point" ? ["inline", "worker", "process", "vm"] : ["inline"]),
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    replaceable: options.replaceable ?? false,
    declarations: options.declarations ?? [],
    ...(options.capabilities === undefined ? {} : { capabilities: options.capabilities }),
    ...(options.table === undefined ? {} : { table: options.table }),
  };
  validate(result);
  return result;
}
