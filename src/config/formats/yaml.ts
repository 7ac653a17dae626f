/**
 * YAML 1.2, core schema, by the library yaml. Holds every configuration. Refused on reading: tags, directives of other
 * versions, keys that are lists or objects, several documents; aliases are followed a hundred times.
 */
import { Document, isAlias, isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import { define, Extent, isExact } from "../json.ts";
import type { Format } from "./format.ts";
import { checkDepth } from "./yaml-depth.ts";

const mostAliases = 100;
const dialect = { version: "1.2", schema: "core", merge: false, resolveKnownTags: false, logLevel: "error" } as const;

/** What stands for something else, or for nothing, outside of quotes: controls, halves of pairs, byte order marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unplain = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]|\p{Surrogate}/u;

export const yaml: Format = {
  parse(text) {
    checkDepth(text);
    const document = parseDocument(text, { ...dialect, stringKeys: true, uniqueKeys: true });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    const { explicit, version } = document.directives.yaml;
    if (explicit === true && version !== "1.2") throw new Error("only YAML 1.2 is read");
    return new Reader(document).read(document.contents);
  },
  format(value) {
    const document = new Document(value, { ...dialect, aliasDuplicateObjects: false });
    visit(document, {
      Scalar: (_, node) => {
        if (typeof node.value === "string" && unplain.test(node.value)) node.type = "QUOTE_DOUBLE";
      },
    });
    return document.toString({ lineWidth: 0 });
  },
};

/** The library's own conversion makes objects of aliases, and strings of keys, that are not as they were written. */
class Reader {
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #extent = new Extent();
  #aliases = 0;

  constructor(document: ReturnType<typeof parseDocument>) {
    this.#document = document;
  }

  read(node: unknown): unknown {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      if (++this.#aliases > mostAliases) this.#extent.fail(`it has more than ${mostAliases} aliases`);
      return this.read(node.resolve(this.#document));
    }
    if (isSeq(node)) return node.items.map((item, index) => this.#extent.inside(index, () => this.read(item)));
    if (isMap(node)) {
      const object = {};
      for (const { key, value } of node.items) {
        const name = isScalar(key) && typeof key.value === "string" ? key.value : undefined;
        if (name === undefined) return this.#extent.fail("a key is no string");
        this.#extent.inside(name, () => define(object, name, this.read(value)));
      }
      return object;
    }
    if (!isScalar(node)) return this.#extent.fail("it is no value");
    if (typeof node.value === "number" && !isExact(node.value, node.source ?? ""))
      this.#extent.fail(`the number ${node.source} cannot be held exactly`);
    return node.value;
  }
}
