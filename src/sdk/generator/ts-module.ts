/** One generated TypeScript module: its lines, and the imports that they turned out to need. */
import type { EnumerationType, HandleType, LayoutType } from "../../contracts/language/index.ts";
import { typeName } from "../../contracts/language/names.ts";

export type Declared = EnumerationType | LayoutType;

export interface ModuleSettings {
  /** Where the runtime of generated code is imported from. */
  readonly runtime: string;
  /** The module that generated a declaration: its import, or "" for the module itself. */
  readonly importOf: (declared: Declared) => string;
}

export function tsName(declared: Declared): string {
  return declared.kind === "enumeration" ? declared.name : typeName(declared.name);
}

export class TypeScriptModule {
  readonly lines: string[] = [];
  readonly #imports = new Map<string, Map<string, "type" | "value">>();
  readonly #settings: ModuleSettings;

  constructor(settings: ModuleSettings) {
    this.#settings = settings;
  }

  add(...lines: string[]): void {
    this.lines.push(...lines);
  }

  /** A value of the runtime. */
  runtime(name: string): string {
    return this.#import(this.#settings.runtime, name, "value");
  }

  runtimeType(name: string): string {
    return this.#import(this.#settings.runtime, name, "type");
  }

  type(declared: Declared): string {
    return this.#from(declared, tsName(declared), "type");
  }

  /** `decodeX`, `encodeX` and the like of a declaration. */
  function(prefix: string, declared: Declared): string {
    return this.#from(declared, `${prefix}${tsName(declared)}`, "value");
  }

  view(layout: LayoutType): string {
    return this.#from(layout, `${tsName(layout)}View`, "value");
  }

  handle(type: HandleType): string {
    return type.typescript;
  }

  #from(declared: Declared, name: string, kind: "type" | "value"): string {
    const module = this.#settings.importOf(declared);
    return module === "" ? name : this.#import(module, name, kind);
  }

  #import(module: string, name: string, kind: "type" | "value"): string {
    const names = this.#imports.get(module) ?? new Map<string, "type" | "value">();
    this.#imports.set(module, names);
    if (names.get(name) !== "value") names.set(name, kind);
    return name;
  }

  importLines(): string[] {
    return [...this.#imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([module, names]) => {
        const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
        const types = sorted.filter(([, kind]) => kind === "type").map(([name]) => name);
        const values = sorted.filter(([, kind]) => kind === "value").map(([name]) => name);
        return [
          ...(types.length > 0 ? importLine("import type", types, module) : []),
          ...(values.length > 0 ? importLine("import", values, module) : []),
        ];
      });
  }
}

function importLine(keyword: string, names: readonly string[], module: string): string[] {
  const single = `${keyword} { ${names.join(", ")} } from "${module}";`;
  if (single.length <= 120) return [single];
  return [`${keyword} {`, ...names.map((name) => `  ${name},`), `} from "${module}";`];
}
