/** The time-outs of all contracts in one small module: a host that starts imports no contract. */
import type { Contract } from "../../contracts/language/index.ts";
import { camelCase } from "../../contracts/language/names.ts";

export function timeouts(contracts: readonly Contract[]): string {
  const entries = contracts.flatMap(({ id, table }) => {
    const timed = table?.methods.filter((method) => method.timeout > 0) ?? [];
    if (timed.length === 0) return [];
    const methods = timed.map((method) => `    ${camelCase(method.name)}: ${method.timeout},`);
    return [`  ${/^\w+$/.test(id) ? id : JSON.stringify(id)}: {`, ...methods, "  },"];
  });
  return [
    "// Milliseconds that a method may take, by contract. Generated from the contracts by `npm run generate`. Do not edit.",
    "",
    "export const timeouts = {",
    ...entries,
    "} as const;",
    "",
  ].join("\n");
}
