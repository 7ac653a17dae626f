/** The handles through which a host calls inline plugins: plain and counted. */
import type { Contract, InterfaceType, Method } from "../../contracts/language/index.ts";
import { camelCase } from "../../contracts/language/names.ts";
import { travellingMethods } from "./messages.ts";
import { defaultResult } from "./ts-dispatcher.ts";
import { argumentList, parameterList } from "./ts-methods.ts";
import type { TypeScriptModule } from "./ts-module.ts";

function methodType(table: InterfaceType, method: Method): string {
  const type = `${table.typescript}["${camelCase(method.name)}"]`;
  return method.optional ? `NonNullable<${type}>` : type;
}

/** The implementation's method, or what gives the defaults in its place. */
function found(method: Method): string {
  const own = `implementation.${camelCase(method.name)}`;
  const text = defaultResult(method);
  const value = text === "undefined" ? "{}" : text.startsWith("{") ? `(${text})` : text;
  return method.optional ? `(${own} ?? (() => ${value}))` : own;
}

function addPlain(module: TypeScriptModule, table: InterfaceType, point: string): void {
  const methods = travellingMethods(table);
  const name = `${table.typescript}Handle`;
  module.add(
    "/** A revocable way to an implementation in this thread. Call through it: a function taken out of it is not revoked. */",
    `export class ${name} implements ${table.typescript} {`,
    ...methods.map((method) => `  ${camelCase(method.name)}: ${methodType(table, method)};`),
    "  readonly #plugin: string;",
    "",
    "  /** `plugin`: the id that errors name. Optional methods that the implementation lacks answer their defaults. */",
    `  constructor(implementation: ${table.typescript}, plugin: string) {`,
    "    this.#plugin = plugin;",
    ...methods.map((method) => `    this.${camelCase(method.name)} = ${found(method)}.bind(implementation);`),
    "  }",
    "",
    "  /** From now on every method throws VMP_REVOKED. */",
    "  revoke(): void {",
    `    const refuse = ${module.runtime("refusal")}("${point}", this.#plugin);`,
    ...methods.map((method) => `    this.${camelCase(method.name)} = refuse;`),
    "  }",
    "}",
    "",
  );
}

function addCounted(module: TypeScriptModule, table: InterfaceType, point: string): void {
  const methods = travellingMethods(table);
  module.add(
    "/** As the plain handle, and counts calls and errors, and times one call in 1024. */",
    `export class Counted${table.typescript}Handle extends ${module.runtime("CountedHandle")} implements ${table.typescript} {`,
    ...methods.map((method) => `  ${camelCase(method.name)}: ${methodType(table, method)};`),
    "  readonly #plugin: string;",
    "",
    `  constructor(implementation: ${table.typescript}, plugin: string) {`,
    "    super();",
    "    this.#plugin = plugin;",
  );
  // Closures, not methods of the class: a call site that sees one handle has the implementation compiled into it.
  for (const method of methods) {
    const name = camelCase(method.name);
    const args = argumentList(method);
    const call = `${name}Function(${args.join(", ")})`;
    module.add(
      `    const ${name}Function = ${found(method)}.bind(implementation);`,
      `    this.${name} = (${parameterList(module, method).join(", ")}) => {`,
      `      if (--this.left === 0) return this.timed(${name}Function, [${args.join(", ")}]);`,
      "      try {",
      `        return ${method.mode === "asynchronous" ? `this.watched(${call})` : call};`,
      "      } catch (error) {",
      "        this.errors++;",
      "        throw error;",
      "      }",
      "    };",
    );
  }
  module.add(
    "  }",
    "",
    "  /** From now on every method throws VMP_REVOKED. */",
    "  revoke(): void {",
    `    const refuse = ${module.runtime("refusal")}("${point}", this.#plugin);`,
    ...methods.map((method) => `    this.${camelCase(method.name)} = refuse;`),
    "  }",
    "}",
    "",
  );
}

export function addHandles(module: TypeScriptModule, contract: Contract): void {
  if (contract.table === undefined) return;
  addPlain(module, contract.table, contract.id);
  addCounted(module, contract.table, contract.id);
}
