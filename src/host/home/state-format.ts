/** The text of state.json, and whether it is sound. By hand: reading it is on the path of every command. */

/** A version of a plugin that is kept. */
export interface InstalledVersion {
  readonly version: string;
  /** Of the whole content: the name of its folder below plugins/. */
  readonly hash: string;
  /** SHA-256 of its package.json. */
  readonly manifestHash: string;
}

export interface InstalledPlugin extends InstalledVersion {
  readonly id: string;
  /** When this version was installed: ISO 8601, UTC. */
  readonly installed: string;
  /** What an update, or a roll-back, replaced. */
  readonly previous?: InstalledVersion | undefined;
}

export interface HomeState {
  readonly format: 1;
  /** Goes up by one with every change; 0 when nothing was ever written. */
  readonly revision: number;
  /** By id; has no prototype, so that no id is taken for what every object has. */
  readonly plugins: Readonly<Record<string, InstalledPlugin>>;
  /** Ids, of built-ins too, sorted. */
  readonly disabled: readonly string[];
}

export const emptyState: HomeState = Object.freeze({
  format: 1,
  revision: 0,
  plugins: Object.freeze(Object.create(null)),
  disabled: Object.freeze([]),
});

/** A newer vm-plugin's format, which is not looked into. */
export class NewerFormat extends Error {
  readonly format: number;

  constructor(format: number) {
    super(`format ${format}`);
    this.format = format;
  }
}

export function formatState(state: HomeState): string {
  return `${JSON.stringify(state, null, 1)}\n`;
}

/** Throws an Error that says what is wrong, or NewerFormat. */
export function parseState(text: string): HomeState {
  const value = objectAt("the file", JSON.parse(text));
  if (Number.isInteger(value.format) && (value.format as number) > 1) throw new NewerFormat(value.format as number);
  if (value.format !== 1) throw wrong("format", "1");
  onlyKeys("the file", value, ["format", "revision", "plugins", "disabled"]);
  const { revision, disabled } = value;
  if (!Number.isSafeInteger(revision) || (revision as number) < 0) throw wrong("revision", "a whole number");
  const plugins: Record<string, InstalledPlugin> = Object.create(null);
  for (const [id, plugin] of Object.entries(objectAt("plugins", value.plugins))) plugins[id] = toPlugin(id, plugin);
  if (!Array.isArray(disabled) || !disabled.every(isId) || new Set(disabled).size !== disabled.length)
    throw wrong("disabled", "a list of different ids");
  return { format: 1, revision: revision as number, plugins, disabled };
}

function toPlugin(id: string, value: unknown): InstalledPlugin {
  const at = `plugins.${id}`;
  if (!isId(id)) throw wrong(at, "named by an id");
  const plugin = objectAt(at, value);
  onlyKeys(at, plugin, ["id", "installed", "previous", ...versionKeys]);
  const { installed, previous } = plugin;
  if (plugin.id !== id) throw wrong(`${at}.id`, id);
  if (typeof installed !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(installed))
    throw wrong(`${at}.installed`, "a time in UTC");
  const version = toVersion(at, plugin);
  if (previous === undefined) return { id, ...version, installed };
  onlyKeys(`${at}.previous`, objectAt(`${at}.previous`, previous), versionKeys);
  return { id, ...version, installed, previous: toVersion(`${at}.previous`, objectAt(`${at}.previous`, previous)) };
}

const versionKeys = ["version", "hash", "manifestHash"];

function toVersion(at: string, { version, hash, manifestHash }: Readonly<Record<string, unknown>>): InstalledVersion {
  if (typeof version !== "string" || !/^\d[\w.+-]{0,255}$/.test(version)) throw wrong(`${at}.version`, "a version");
  if (!isHash(hash)) throw wrong(`${at}.hash`, "a SHA-256");
  if (!isHash(manifestHash)) throw wrong(`${at}.manifestHash`, "a SHA-256");
  return { version, hash, manifestHash };
}

/** As manifests have them. */
function isId(value: unknown): value is string {
  return typeof value === "string" && value.length <= 100 && /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(value);
}

/** What is to be the name of a folder. */
export function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function objectAt(at: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(at, "an object");
  return value as Readonly<Record<string, unknown>>;
}

function onlyKeys(at: string, value: object, keys: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${at} has an unknown key ${unknown}`);
}

function wrong(at: string, expected: string): Error {
  return new Error(`${at} is not ${expected}`);
}
