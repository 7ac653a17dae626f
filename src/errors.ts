/**
 * Every error that vm-plugin reports: code, message with its values, likely fix. Codes are stable: they are never renamed or
 * reused. `{name}` stands for a value; an empty value takes the space behind it along. `{hint}` is `didYouMean(...)` of
 * nearest.ts.
 */
const table = {
  // Manifests
  VMP_MANIFEST_NOT_FOUND: ["{path} does not exist", "Give the folder that holds the plugin's package.json."],
  VMP_MANIFEST_UNREADABLE: ["{path} cannot be read: {reason}", "Check that it is a regular file that you may read."],
  VMP_MANIFEST_TOO_LARGE: ["{path} has {size} bytes, the limit is {limit}", "Move bulk data out of package.json."],
  VMP_MANIFEST_NOT_JSON: [
    "{path} is not JSON: {reason}",
    "Correct the file; JSON has no comments and no trailing commas.",
  ],
  VMP_MANIFEST_NOT_UTF8: [
    "{path} is not UTF-8 text without a byte order mark",
    "Save the file as UTF-8 without a byte order mark.",
  ],
  VMP_MANIFEST_DUPLICATE_KEY: ["{path}: the key {at} stands twice", "Remove one of the two."],
  VMP_MANIFEST_FORBIDDEN_KEY: ["{path}: the key {at} is not allowed", "Remove it."],
  VMP_MANIFEST_NOT_A_PLUGIN: [
    "{path} has no object vmPlugin",
    "Add vmPlugin with at least id, engines, entry, tiers and provides.",
  ],
  VMP_MANIFEST_UNKNOWN_KEY: ["{path}: unknown key {at}", "{hint} Remove the key or correct its spelling."],
  VMP_MANIFEST_MISSING_KEY: ["{path}: the key {at} is missing", "Add it; expected: {expected}."],
  VMP_MANIFEST_WRONG_TYPE: ["{path}: {at} must be {expected}, not {found}", "Correct the value."],
  VMP_MANIFEST_INVALID_VALUE: ["{path}: {at} is not valid: {reason}", "{hint} Correct the value."],
  VMP_MANIFEST_BAD_VERSION: [
    "{path}: {at} is {value}, not {expected}",
    'Write a version like "1.2.3", or where a range is asked for one like "^1.2".',
  ],
  VMP_MANIFEST_PATH_ESCAPE: [
    "{path}: {at} leads out of the plugin's folder: {value}",
    "Name a file inside the folder, relative to it, without .. and links that leave it.",
  ],

  // Archives
  VMP_ARCHIVE_UNREADABLE: ["{path} cannot be read: {reason}", "Give a .tgz file, no link, that you may read."],
  VMP_ARCHIVE_MALFORMED: [
    "{path} is not the archive of a plugin: {reason}",
    "Make it with npm pack, or copy it again.",
  ],
  VMP_ARCHIVE_ENTRY_REFUSED: [
    "{path}: the entry {entry} is not allowed: {reason}",
    "Make the archive with npm pack, out of files and folders alone.",
  ],
  VMP_ARCHIVE_TOO_LARGE: [
    "{path}: {what} exceeds the limit of {limit}",
    "Leave out what the plugin does not need when it runs.",
  ],
  VMP_ARCHIVE_NOT_EXTRACTED: [
    "{path} cannot be extracted: {reason}",
    "Check that there is space, and that you may write there.",
  ],

  // Discovery and built-ins
  VMP_PLUGIN_FOLDER_NOT_FOUND: ["{path} is not a folder", "Give the folder that holds the plugin's package.json."],
  VMP_PLUGIN_FOLDER_UNREADABLE: [
    "the folder {path} cannot be listed: {reason}",
    "Check that you may read it, or leave the place out.",
  ],
  VMP_PLUGIN_DUPLICATE_ID: [
    "two plugins have the id {id}: {first} and {second}",
    "Leave one of them out, or give one another id.",
  ],
  VMP_BUILTINS_NOT_BUILT: [
    "the list of built-in plugins is missing: {path}",
    "Run npm run build in the vm-plugin package.",
  ],
  VMP_BUILTINS_MALFORMED: [
    "the list of built-in plugins is damaged: {path}: {reason}",
    "Run npm run build, or install vm-plugin again.",
  ],
  VMP_BUILTIN_CHANGED: [
    "the built-in plugin {id} is not the packaged one: {path} has another hash",
    "Run npm run build if you built it, else install vm-plugin again.",
  ],
  VMP_BUILTIN_NOT_BUILT: [
    "the built-in plugin {id} has no library for {platform}: {path} is missing",
    "Run npm run build in the vm-plugin package.",
  ],

  // Registry and choice
  VMP_PLUGIN_NOT_FOUND: [
    "there is no plugin {id}",
    "{hint} vm-plugin list shows the ids; install the plugin, or add its folder with --plugin DIR.",
  ],
  VMP_POINT_UNKNOWN: [
    "there is no extension point {point}",
    "{hint} The contracts' reference page, src/contracts/generated/reference.md, lists the points.",
  ],
  VMP_IMPLEMENTATION_NOT_FOUND: ["no plugin provides {point} by the name {name}", "{hint} Choose one of: {names}."],
  VMP_IMPLEMENTATION_UNSUITABLE: [
    "{name} of plugin {plugin} cannot serve as {point} here: {reason}",
    "Choose another implementation, or auto.",
  ],
  VMP_NO_IMPLEMENTATION: [
    "nothing can serve as {point} here: {reasons}",
    "Add a plugin that provides it with --plugin DIR.",
  ],
  VMP_PLUGIN_INCOMPATIBLE: [
    "plugin {id} needs {what} {range}, this is {version}",
    "Install a version of the plugin, or of vm-plugin, that fits the other.",
  ],
  VMP_PLUGIN_NO_ENTRY: [
    "plugin {id} has no entry for {platform}; it has: {platforms}",
    "Build the plugin for this platform and name the file under vmPlugin.entry.native.",
  ],
  VMP_PLUGIN_TIER_REFUSED: [
    "plugin {id} may not run in the host's process: its tiers are {tiers}",
    "Other tiers are not available yet; use a plugin whose manifest lists the inline tier.",
  ],
  VMP_DEPENDENCY_MISSING: [
    "plugin {id} requires {requirement}, which nothing provides",
    "{hint} Add a plugin that provides it with --plugin DIR.",
  ],
  VMP_DEPENDENCY_VERSION: [
    "plugin {id} requires {requirement} {range}, found {found}",
    "Add a version that lies in the range.",
  ],
  VMP_DEPENDENCY_DISABLED: [
    "plugin {id} requires {requirement}, which is disabled",
    "Enable {requirement}, or do without {id}.",
  ],
  VMP_DEPENDENCY_UNUSABLE: [
    "plugin {id} requires {requirement}, which nothing can serve as here: {reasons}",
    "Remove what stands in the way, or add a plugin that provides it with --plugin DIR.",
  ],
  VMP_DEPENDENCY_CONFLICT: [
    "requirements cannot hold together: {requirements}, there are {id} {found}",
    "Add a version of {id} that meets all of them, or update or remove a plugin whose requirement it is.",
  ],
  VMP_DEPENDENCY_SEARCH_LIMIT: [
    "no versions that fit together were found after {steps} changed choices; in conflict are {ids}",
    "Narrow the ranges in which these plugins are required, or remove versions of them.",
  ],
  VMP_DEPENDENCY_CYCLE: [
    "plugins require each other in a circle: {cycle}",
    "Make one of these requirements optional, or remove it.",
  ],

  // Lifecycle
  VMP_LIFECYCLE_INVALID_OPERATION: [
    "plugin {id} cannot {operation}: it is {state}",
    "{operation} is possible from: {from}.",
  ],
  VMP_LIFECYCLE_FAILED: [
    "plugin {id} failed in {method}: {reason}",
    "Correct the plugin or its configuration; cleanup and unload lead out of the state error.",
  ],
  VMP_LIFECYCLE_TIMED_OUT: [
    "plugin {id} did not finish {method} in {milliseconds} ms",
    "Find out what it waits for; cleanup and unload lead out of the state error.",
  ],
  VMP_PLUGIN_VERSION_IN_USE: [
    "version {version} of plugin {id} cannot be used: version {current} is loaded",
    "Unload that one first, or update the plugin.",
  ],
  VMP_UPDATE_FAILED: [
    "plugin {id} was not updated from {from} to {to}: {reason}",
    "The old version goes on as it was; correct the new one and update again.",
  ],
  VMP_PLUGIN_DISABLED: ["plugin {id} is disabled", "Enable it first."],
  VMP_PLUGIN_REQUIRED: ["plugin {id} is required by {dependents}", "Disable those first, or take them along."],
  VMP_PLUGIN_IN_USE: ["plugin {id} still has {count} instances", "Close what uses them first."],
  VMP_HOST_CLOSED: ["the plugin host is closed", "Open a new one."],

  // TypeScript and JavaScript modules
  VMP_MODULE_NOT_FOUND: [
    "the module of plugin {id} does not exist: {path}",
    "Correct vmPlugin.entry.module, or build the plugin.",
  ],
  VMP_MODULE_FAILED: ["the module of plugin {id} cannot be loaded: {reason}", "Correct {path}."],
  VMP_MODULE_SHAPE: [
    "the module of plugin {id} is not usable: {reason}",
    "Make definePlugin(...) of vm-plugin/sdk the default export of {path}.",
  ],

  // Native libraries
  VMP_ADDON_NOT_BUILT: [
    "the native addon is missing for {platform}: {reason}",
    "Run npm run build in the vm-plugin package.",
  ],
  VMP_NATIVE_LIBRARY_NOT_FOUND: [
    "the library of plugin {id} does not exist: {path}",
    "Build the plugin, or correct vmPlugin.entry.native.",
  ],
  VMP_NATIVE_LIBRARY_UNLOADABLE: [
    "the library of plugin {id} cannot be loaded: {path}: {reason}",
    "Build it for this platform, self-contained.",
  ],
  VMP_NATIVE_NO_ENTRY: [
    "{path} of plugin {id} exports no vm_plugin_entry",
    "Define VMP_EXPORT const vmp_entry vm_plugin_entry, as in vm_plugin.h.",
  ],
  VMP_NATIVE_ENTRY_MALFORMED: [
    "vm_plugin_entry of plugin {id} is not usable: {reason}",
    "Fill it as vm_plugin.h says, struct_size first.",
  ],
  VMP_NATIVE_ABI_MAJOR: [
    "plugin {id} was built for ABI {pluginMajor}.{pluginMinor}, this host has {hostMajor}.{hostMinor}",
    "Build the plugin against this version's headers.",
  ],
  VMP_NATIVE_ABI_MINOR: [
    "plugin {id} was built for ABI {pluginMajor}.{pluginMinor} and needs at least {pluginMajor}.{pluginLowest}, this host has {hostMajor}.{hostMinor}",
    "Update vm-plugin, or lower abi_minor_lowest if the plugin runs without what is newer.",
  ],
  VMP_NATIVE_INIT_FAILED: ["plugin {id} failed in init: {reason}", "See the plugin's own message."],
  VMP_NATIVE_INIT_TIMED_OUT: [
    "plugin {id} did not finish init in {milliseconds} ms; its thread was abandoned",
    "Move what takes long out of init, into start.",
  ],
  VMP_NATIVE_PROVIDER_MISSING: [
    "plugin {id} lists {point} {name} in its manifest and its library does not provide it",
    "Answer it from vm_plugin_entry.get, or take it out of provides.",
  ],
  VMP_NATIVE_PROVIDER_MALFORMED: [
    "plugin {id} answers {point} {name} with an unusable table: {reason}",
    "Fill vmp_provider as vm_plugin.h says, struct_size first.",
  ],

  // Instances and calls
  VMP_CONFIGURATION_REFUSED: [
    "plugin {id} refused its configuration: {reason}",
    "Correct the value that the plugin names.",
  ],
  VMP_INSTANCE_FAILED: ["plugin {id} could not make {point} {name}: {reason}", "See the plugin's own message."],
  VMP_INSTANCE_SHAPE: [
    "{point} {name} of plugin {id} is not usable: {reason}",
    "Return an object with the methods that the contract lists from create.",
  ],
  VMP_CONFORMANCE_FAILED: [
    "{point} {name} of plugin {id} does not hold to its contract: {rule}: {reason}",
    "Correct the plugin; what the contract asks is in the reference of its point.",
  ],
  VMP_REVOKED: [
    "{point} of plugin {id} was called after the plugin was stopped",
    "Make a new instance when the plugin runs again.",
  ],
  VMP_INVALID_ARGUMENT: ["{what} is not valid: {reason}", "Correct the argument."],
  VMP_TIMED_OUT: ["{what} did not finish in {milliseconds} ms", "Allow it more time, or find out what it waits for."],
  VMP_CANCELLED: ["{what} was cancelled", "Start it again if that was not meant."],

  // Storage and configurations
  VMP_HOME_NOT_PRIVATE: ["{path} is not private: {reason}", "Make it yours alone: chown it to you and chmod 700 it."],
  VMP_HOME_UNUSABLE: ["{path} cannot be used: {reason}", "Mend that, or choose another folder with --home DIR."],
  VMP_HOME_BUSY: [
    "process {holder} holds {path}, after {milliseconds} ms still",
    "Wait for it to finish, or end it, and try again.",
  ],
  VMP_CONFIGURATION_UNREADABLE: [
    "the configuration {path} cannot be read: {reason}",
    "Make it a regular file that you may read, or remove it to go back to the defaults.",
  ],
  VMP_CONFIGURATION_TOO_LARGE: [
    "the configuration {path} has {size} bytes, the limit is {limit}",
    "Keep bulk data in files of their own and configure their paths.",
  ],
  VMP_CONFIGURATION_MALFORMED: [
    "the configuration {path} is not sound {format}: {reason}",
    "Correct the file, or remove it to go back to the defaults.",
  ],
  VMP_CONFIGURATION_NOT_REPRESENTABLE: [
    "{format} cannot hold {at}: {reason}",
    "Choose another format (json holds everything), or change the value.",
  ],
  VMP_CONFIGURATION_FORMAT_UNKNOWN: ["there is no format {format}", "{hint} The formats are json, toml, yaml and xml."],
  VMP_CONFIGURATION_PATH: ["{path} leads to no value: {reason}", 'Write a path like "server.ports[0]".'],
  VMP_CONFIGURATION_INVALID: [
    "the configuration of {id} is not valid: {problems}",
    "Correct it; vm-plugin info {id} shows what is allowed.",
  ],
  VMP_CONFIGURATION_CONFLICT: [
    "the configuration of {id} was changed meanwhile: revision {expected} was expected, {found} is there",
    "Look at what is there now and repeat the change.",
  ],
  VMP_CONFIGURATION_NOT_FOUND: ["nothing is configured for {id}", "Configure it first."],
  VMP_BACKUP_NOT_FOUND: ["{id} has no backup {name}", "{hint} vm-plugin config backups {id} lists them."],

  // The home of installed plugins
  VMP_HOME_UNKNOWN: [
    "there is no folder for installed plugins: none of VM_PLUGIN_HOME, XDG_DATA_HOME and HOME is set",
    "Give one with --home DIR, or set one of these to an absolute path.",
  ],
  VMP_HOME_STATE_DAMAGED: [
    "{path} is damaged: {reason}",
    "Restore it from a copy, or remove it and install the plugins again; their configurations stay.",
  ],
  VMP_HOME_STATE_NEWER: [
    "{path} was written by a newer vm-plugin, in format {format}",
    "Use that vm-plugin, or another folder with --home DIR.",
  ],
  VMP_PACKAGE_NOT_FOUND: [
    "{path} is neither a folder nor a file",
    "Give the folder that holds the plugin's package.json, or what npm pack made of it.",
  ],
  VMP_PACKAGE_FILE_REFUSED: ["{path} cannot be installed: {reason}", "Remove it from the package, or make it a file."],
  VMP_PACKAGE_TOO_LARGE: ["{path} has more than {limit} {what}", "Leave out what the plugin does not need."],
  VMP_PACKAGE_CHANGED: ["{path} changed while it was copied", "Wait until nobody writes to it, and try again."],
  VMP_PLUGIN_NOT_SELF_CONTAINED: [
    "plugin {id} does not bring {dependency} along",
    "Name it under bundleDependencies and have it in the package's own node_modules, or bundle it into the module.",
  ],
  VMP_PLUGIN_INSTALLED: [
    "plugin {id} is installed already, in version {version}",
    "vm-plugin update {id} PATH replaces it by another version.",
  ],
  VMP_PLUGIN_NOT_INSTALLED: [
    "plugin {id} is not installed",
    "{hint} vm-plugin list shows what is; built-in plugins can be disabled.",
  ],
  VMP_PLUGIN_SHADOWED: [
    "plugin {id} {version} would never be used: version {found} is built in",
    "Install a higher version, uninstall this one, or give the plugin another id.",
  ],
  VMP_PLUGIN_DAMAGED: ["the installed plugin {id} is damaged: {path}: {reason}", "Install it again from its package."],
  VMP_PLUGIN_OTHER: ["the package holds plugin {found}, not {id}", "Give a package of {id}, or install this one."],
  VMP_PLUGIN_CHANGED_MEANWHILE: [
    "plugin {id} was replaced by another process meanwhile",
    "Look at it with vm-plugin info {id} and try again.",
  ],
  VMP_PLUGIN_NO_PREVIOUS: ["plugin {id} has no previous version", "It was not updated; install the version you want."],

  // Machines and guests
  VMP_PROGRAM_NOT_FOUND: [
    "there is no program {path}",
    "With --root the program is looked up below the root, else on the host.",
  ],
  VMP_PROGRAM_NOT_EXECUTABLE: ["{path} is not a program: {reason}", "Give a static ELF executable."],
  VMP_PROGRAM_MALFORMED: ["{path} is a damaged program: {reason}", "Build or copy it again."],
  VMP_ROOT_NOT_FOUND: ["the root {path} is not a folder", "Give a folder with --root."],
  VMP_NO_ENGINE: ["no engine can run {architecture} here: {reasons}", "Add an engine for it with --plugin DIR."],
  VMP_HOST_MEMORY: [
    "the host cannot give {size} bytes of memory: {reason}",
    "Ask for less with --memory, or free some.",
  ],
  VMP_GUEST_MEMORY: ["the guest's memory is used up: {reason}", "Give it more with --memory."],
  VMP_DEVICE_FAILED: ["the guest was stopped: {reason}", "Correct the device's plugin, or what the guest asks of it."],
  VMP_LIMIT_UNSUPPORTED: [
    "the limit cannot be kept: {reason}",
    "Leave it out, or choose another engine with --engine.",
  ],
  VMP_SNAPSHOT_UNSUPPORTED: [
    "there can be no such snapshot: {reason}",
    "Take it while a program runs that has none of this, from a machine without devices, and use it with machines of the same parts.",
  ],
  VMP_MACHINE_BUSY: ["the machine has a guest already: {reason}", "Wait for its end, or create another machine."],
  VMP_CALL_FAILED: [
    "the guest's function did not return: {reason}",
    "See what the function does; nothing can be called in a process that has ended.",
  ],
  VMP_MACHINE_FAILED: ["the machine failed: {reason}", "See the cause with --verbose."],

  // Command line
  VMP_COMMAND_UNKNOWN: ["there is no command {command}", "{hint} See vm-plugin --help."],
  VMP_OPTION_UNKNOWN: ["there is no option {option}", "{hint} See vm-plugin {command} --help."],
  VMP_OPTION_VALUE: ["the option {option} does not take {value}: {reason}", "{hint} See vm-plugin {command} --help."],
  VMP_ARGUMENT_MISSING: ["{argument} is missing", "See vm-plugin {command} --help."],
  VMP_ARGUMENT_VALUE: ["{argument} is not what {command} takes: {reason}", "{hint} See vm-plugin {command} --help."],
  VMP_ARGUMENT_UNEXPECTED: [
    "{command} takes no further argument: {argument}",
    "Quote what belongs together; see vm-plugin {command} --help.",
  ],
  VMP_CONFIGURATION_KEY_NOT_FOUND: [
    "nothing is there under {key} in the configuration of {id}",
    "{hint} vm-plugin config get {id} --effective shows the defaults too.",
  ],
  VMP_OUTPUT_FAILED: ["the output cannot be written: {reason}", "Check where standard output leads."],

  VMP_INTERNAL: [
    "internal error: {reason}",
    "This is a fault of vm-plugin; please report it with the output of --verbose.",
  ],
} as const satisfies Record<string, readonly [message: string, fix: string]>;

export type ErrorCode = keyof typeof table;
export type ErrorValue = string | number | bigint | boolean;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The values that a code's message and fix name. */
export type ErrorValues<Code extends ErrorCode> = {
  readonly [Name in Names<(typeof table)[Code][0]> | Names<(typeof table)[Code][1]>]: ErrorValue;
};

/** A plugin's own errors: its code and message stand as it gave them. */
const pluginRow = ["{message}", "See the documentation of plugin {plugin}."] as const;

/** Control characters and those that change the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** As JSON escapes them; newlines alone stay. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Values come from files, guests and plugins: one line, printable, of bounded length. */
export function printable(value: ErrorValue | undefined): string {
  const line = escapeUnprintable(String(value ?? "?").replace(/[\t\n\v\f\r\u2028\u2029]+/g, " "));
  return line.length > 1000 ? `${line.slice(0, 1000)}...` : line;
}

function fill(template: string, values: Readonly<Record<string, ErrorValue>>): string {
  return template
    .replace(/\{(\w+)\}( ?)/g, (_, name: string, space: string) => {
      const text = printable(values[name]);
      return text === "" ? "" : text + space;
    })
    .trim();
}

/** The only error class that vm-plugin throws; `message` is one line without the code. */
export class VmPluginError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = "VmPluginError";
  /** A key of the table, or `<plugin-id>/CODE` for a plugin's own. */
  readonly code: string;
  readonly values: Readonly<Record<string, ErrorValue>>;
  readonly fix: string;

  constructor(code: Code, values: ErrorValues<Code>, options?: ErrorOptions) {
    const row = isErrorCode(code) ? table[code] : pluginRow;
    super(fill(row[0], values), options);
    this.code = code;
    this.values = values;
    this.fix = fill(row[1], values);
  }

  /** An error that a plugin gave: `code` is its own, in UPPER_SNAKE_CASE; anything else becomes `FAILED`. */
  static fromPlugin(plugin: string, code: string, message: string, options?: ErrorOptions): VmPluginError {
    const own = /^[A-Z][A-Z0-9_]{0,54}$/.test(code) ? code : "FAILED";
    return new VmPluginError(`${plugin}/${own}` as ErrorCode, { plugin, message } as never, options);
  }

  /** An error whose code is known only at run time, as from native code; a code that is not in the table is internal. */
  static fromCode(code: string, values: Readonly<Record<string, ErrorValue>>, options?: ErrorOptions): VmPluginError {
    if (isErrorCode(code)) return new VmPluginError<ErrorCode>(code, values as never, options);
    const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return new VmPluginError("VMP_INTERNAL", { reason: [code, ...given].join(" ") }, options);
  }
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(table, code);
}

/** Every code of the table. */
export function errorCodes(): readonly ErrorCode[] {
  return Object.keys(table) as ErrorCode[];
}

/** What went wrong, in words, whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return typeof error === "string" ? error : `a thrown ${error === null ? "null" : typeof error}`;
}

/** One line for a person: `CODE: message. Fix: ...` */
export function describe(error: unknown): string {
  const known = error instanceof VmPluginError ? error : new VmPluginError("VMP_INTERNAL", { reason: reasonOf(error) });
  const end = /[.!?]$/.test(known.message) ? "" : ".";
  return `${known.code}: ${known.message}${end} Fix: ${known.fix}`;
}
