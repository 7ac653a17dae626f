/** C++ of the core: what the table of a native provider must have before the core uses it. */
import type { Contract, InterfaceType } from "../../contracts/language/index.ts";
import { tableHead, tableOffset } from "./c-declarations.ts";

/** Every function of the first minor; where all are optional, each is looked for by size when it is called. */
function smallest(table: InterfaceType): number {
  if (table.methods.every((method) => method.optional)) return tableHead;
  return tableOffset(table.methods.filter((method) => method.since === 0).length);
}

export function providerRules(contracts: readonly Contract[]): string {
  const arrays: string[] = [];
  const rules: string[] = [];
  for (const { id, kind, table, version, file } of contracts) {
    if ((kind !== "point" && kind !== "base") || table === undefined) continue;
    const required = table.methods.flatMap((method, index) =>
      method.optional ? [] : [`{"${method.name}", ${tableOffset(index)}}`],
    );
    const name = `${file.replaceAll("-", "_")}_required`;
    if (required.length > 0) arrays.push(`inline constexpr RequiredFunction ${name}[] = {${required.join(", ")}};`);
    rules.push(`    {"${id}", ${version.major}, ${smallest(table)}, ${required.length > 0 ? name : "{}"}},`);
  }
  return `// What a provider's table must have, by point. Generated from the contracts by \`npm run generate\`. Do not edit.
#pragma once

#include <cstdint>
#include <span>

namespace vmp {

struct RequiredFunction {
  const char *name;
  uint32_t offset;  // in the table
};

struct ProviderRule {
  const char *point;
  uint16_t major;
  uint32_t smallest;  // bytes of the table
  std::span<const RequiredFunction> required;
};

${arrays.join("\n")}

inline constexpr ProviderRule provider_rules[] = {
${rules.join("\n")}
};

}  // namespace vmp
`;
}
