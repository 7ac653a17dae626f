/** What a host knows of a contract at run time: version, tiers, and how each method may be called. */
import type { Contract, Method } from "../../contracts/language/index.ts";
import { camelCase } from "../../contracts/language/names.ts";
import { docComment } from "./text.ts";
import type { TypeScriptModule } from "./ts-module.ts";

/** Plain data as a person writes it in TypeScript. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${literal(item)}`);
  return `{ ${entries.join(", ")} }`;
}

function methodFacts(method: Method, number: number): string {
  const { mode, thread, reentrant, idempotent, cancellable, timeout, nativeOnly, optional, since, errors } = method;
  const facts = {
    number,
    mode,
    thread,
    reentrant,
    idempotent,
    cancellable,
    timeout,
    nativeOnly,
    optional,
    since,
    errors,
  };
  return `    ${camelCase(method.name)}: ${literal(facts)},`;
}

export function addFacts(module: TypeScriptModule, contract: Contract): void {
  if (contract.kind === "shared" || contract.table === undefined) return;
  const { id, version, tiers, domain, replaceable } = contract;
  module.add(
    ...docComment(
      "The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method.",
    ),
    `export const ${camelCase(contract.file)}Contract = {`,
    `  id: ${literal(id)},`,
    `  version: ${literal(version)},`,
    `  tiers: ${literal(tiers)},`,
    ...(domain === undefined ? [] : [`  domain: ${literal(domain)},`]),
    `  replaceable: ${literal(replaceable)},`,
    "  methods: {",
    ...contract.table.methods.map((method, index) => methodFacts(method, index + 1)),
    "  },",
    "} as const;",
    "",
  );
}
