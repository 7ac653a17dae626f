/** Enumerations: text in TypeScript, numbers in bytes. Flags stay numbers. */
import type { EnumerationType } from "../../contracts/language/index.ts";
import { camelCase, literal } from "../../contracts/language/names.ts";
import { docComment } from "./text.ts";
import type { TypeScriptModule } from "./ts-module.ts";

function quoted(key: string): string {
  const text = literal(key);
  return /^[a-z][a-z0-9]*$/.test(text) ? text : JSON.stringify(text);
}

export function enumerationType(module: TypeScriptModule, type: EnumerationType): string {
  return type.flags ? "number" : module.type(type);
}

export function addEnumeration(module: TypeScriptModule, type: EnumerationType): void {
  const entries = [...type.values];
  const values = `${camelCase(type.name)}Values`;
  const comment = docComment(type.summary);
  if (type.flags) {
    module.add(
      ...comment,
      `export const ${values} = {`,
      ...entries.map(([key, { value }]) => `  ${quoted(key)}: ${value},`),
      "} as const;",
      "",
    );
    return;
  }
  const union = [
    ...entries.map(([key]) => JSON.stringify(literal(key))),
    ...(type.unknown === "keep" ? ["number"] : []),
  ];
  module.add(...comment, `export type ${type.name} = ${union.join(" | ")};`, "");
  module.add(`export const ${values} = {`);
  for (const [key, { value, summary }] of entries)
    module.add(...docComment(summary, "  "), `  ${quoted(key)}: ${value},`);
  module.add("} as const;", "");
  const unknown = type.unknown;
  const otherwise =
    unknown === "keep"
      ? "return value;"
      : unknown === "refuse"
        ? `throw new ${module.runtime("MalformedMessage")}(\`\${value} is no ${type.name}\`);`
        : `return ${JSON.stringify(literal(unknown.as))};`;
  module.add(
    `export function decode${type.name}(value: number): ${type.name} {`,
    "  switch (value) {",
    ...entries.flatMap(([key, { value }]) => [`    case ${value}:`, `      return ${JSON.stringify(literal(key))};`]),
    "    default:",
    `      ${otherwise}`,
    "  }",
    "}",
    "",
    `export function encode${type.name}(value: ${type.name}): number {`,
    ...(unknown === "keep" ? [`  if (typeof value === "number") return value;`] : []),
    `  if (Object.hasOwn(${values}, value)) return ${values}[value];`,
    `  throw new RangeError(\`\${String(value)} is none of ${entries.map(([key]) => literal(key)).join(", ")}\`);`,
    "}",
    "",
  );
}
