/** The closed schema of `vmPlugin`. Imports zod and semver: only to be imported when a manifest has to be validated. */
import semver from "semver";
import * as z from "zod";
import { pathProblem } from "./path.ts";

/** What a refinement reports besides its message; read by problems.ts. */
export type ProblemKind = "version" | "escape";

function version(expected: string, valid: (text: string) => boolean) {
  return z
    .string()
    .max(256, { error: "it is longer than 256 characters", abort: true })
    .refine(valid, { error: expected, params: { kind: "version" satisfies ProblemKind } });
}

function text(pattern: RegExp, reason: string, longest = 100) {
  return z
    .string()
    .max(longest, { error: `it is longer than ${longest} characters` })
    .regex(pattern, { error: reason });
}

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(256, { error: "it has more than 256 items" });
}

const range = version("a range of versions", (value) => semver.validRange(value) !== null);
const contract = version('a contract version "major.minor"', (value) =>
  /^(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})$/.test(value),
);

const word = "[a-z0-9]+(-[a-z0-9]+)*";
const id = text(new RegExp(`^${word}(\\.${word})*$`), "write small letters, digits and single . or - between them");
const point = text(new RegExp(`^${word}(\\.${word})+$`), 'write a group, a dot and a name, as in "debug.logger"');
const name = text(new RegExp(`^${word}$`), "write small letters, digits and single - between them");
const architecture = text(/^[a-z0-9]+([-_][a-z0-9]+)*$/, 'write an architecture as in "riscv64" or "x86_64"');
const platformName = text(
  /^(aix|darwin|freebsd|linux|openbsd|sunos|win32)-[a-z0-9]+$/,
  'write a platform as in "linux-x64"',
);

const file = z.string().superRefine((value, context) => {
  const problem = pathProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem, params: { kind: "escape" satisfies ProblemKind } });
});

const sizes: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const times: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };

/** "64 MiB": a positive number and one of `units`. */
function quantity(units: Readonly<Record<string, number>>, example: string) {
  const pattern = new RegExp(`^([1-9]\\d{0,8}) ?(${Object.keys(units).join("|")})$`);
  return z
    .string()
    .regex(pattern, { error: `write a number and a unit, as in "${example}"` })
    .transform((value) => {
      const [, amount, unit] = pattern.exec(value) ?? [];
      return Number(amount) * (units[unit ?? ""] ?? Number.NaN);
    });
}

const count = z.int().positive({ error: "it must be more than 0" });

const provision = z.strictObject({
  point,
  name,
  contract,
  priority: z.int().min(-1000, { error: "it is below -1000" }).max(1000, { error: "it is above 1000" }).default(0),
  guests: list(architecture).min(1, { error: "it is empty" }).optional(),
  needs: z
    .strictObject({
      os: list(name).optional(),
      arch: list(name).optional(),
      devices: list(
        text(/^\/dev\/[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, 'write a device file as in "/dev/kvm"'),
      ).optional(),
      cpu: list(text(/^[a-z0-9_]+$/, 'write a feature as in "avx2"')).optional(),
    })
    .optional(),
});

const requirement = z
  .strictObject({
    plugin: id.optional(),
    point: point.optional(),
    version: range.default("*"),
    optional: z.boolean().default(false),
  })
  .refine((value) => (value.plugin === undefined) !== (value.point === undefined), {
    error: "write either plugin or point",
  });

const permission = z.strictObject({
  name: text(new RegExp(`^${word}(\\.${word})*$`), 'write a name as in "network.connect"'),
  reason: z
    .string()
    .trim()
    .min(1, { error: "say why it is needed" })
    .max(500, { error: "it is longer than 500 characters" }),
});

export const vmPluginSchema = z.strictObject({
  id,
  type: name.optional(),
  engines: z.strictObject({ vm: range, abi: range.optional() }),
  entry: z
    .strictObject({ native: z.record(platformName, file).optional(), module: file.optional() })
    .refine((value) => value.module !== undefined || Object.keys(value.native ?? {}).length > 0, {
      error: "write native, module or both",
    }),
  tiers: z
    .array(z.enum(["inline", "worker", "process", "vm"]))
    .min(1, { error: "it is empty" })
    .refine((value) => new Set(value).size === value.length, { error: "a tier stands twice" }),
  provides: list(provision),
  requires: list(requirement).default([]),
  activation: z.enum(["lazy", "startup"]).default("lazy"),
  permissions: list(permission).default([]),
  limits: z
    .strictObject({
      memory: quantity(sizes, "64 MiB").optional(),
      cpuTime: quantity(times, "10 s").optional(),
      openFiles: count.optional(),
      threads: count.optional(),
    })
    .default({}),
  configuration: z.looseObject({ type: z.literal("object") }).optional(),
  stateVersion: z.int().min(0, { error: "it is below 0" }).default(0),
});

const person = z.union([z.string(), z.looseObject({ name: z.string() }).transform((value) => value.name)]);

/** npm's own fields, as far as they are read; the rest of package.json is not vm-plugin's business. */
export const packageSchema = z.object({
  name: z.string().min(1, { error: "it is empty" }).max(214, { error: "it is longer than 214 characters" }),
  version: version("a version", (value) => semver.valid(value) !== null),
  description: z.string().default(""),
  author: person.default(""),
});

/** Cross-checks that need the whole: the path and what is wrong there. */
export function contradictions(value: z.infer<typeof vmPluginSchema>): { path: PropertyKey[]; reason: string }[] {
  const found: { path: PropertyKey[]; reason: string }[] = [];
  const seen = new Set<string>();
  for (const [index, { point, name }] of value.provides.entries()) {
    if (seen.has(`${point} ${name}`))
      found.push({ path: ["provides", index], reason: `${point} ${name} stands twice` });
    seen.add(`${point} ${name}`);
  }
  for (const [index, required] of value.requires.entries()) {
    if (required.plugin === value.id) found.push({ path: ["requires", index], reason: "the plugin requires itself" });
  }
  if (value.entry.native && value.engines.abi === undefined)
    found.push({ path: ["engines", "abi"], reason: "a native plugin says on which ABI versions it runs" });
  if (value.type === undefined && value.provides.length === 0)
    found.push({ path: ["type"], reason: "a plugin that provides nothing says of which type it is" });
  const boundless = boundlessNumber(value.configuration, ["configuration"]);
  if (boundless) found.push({ path: boundless, reason: "the number is too large" });
  return found;
}

/** Where 1e400 or its like stands: JSON.parse makes it infinite, which JSON cannot say again. */
function boundlessNumber(value: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = boundlessNumber(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}
