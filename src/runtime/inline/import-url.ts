/** Imports of ES modules whose names are known only at run time. */

export type ImportUrl = (url: string) => Promise<Record<string, unknown>>;

/** On globalThis: the importer of a program that runs from compiled code (V8's code cache), in which `import()` does not work. */
export const importerKey: unique symbol = Symbol.for("vm-plugin.import");

const given = (globalThis as { [importerKey]?: ImportUrl })[importerKey];

export const importUrl: ImportUrl = given ?? ((url) => import(url));
