/**
 * YAML 1.2, core schema, by the library yaml. Holds every configuration. Refused on reading: tags, directives of other
 * versions, keys that are lists or objects, several documents; aliases are followed a hundred times.
 */
import { Composer, type CST, Document, isAlias, isMap, isScalar, isSeq, Parser, visit } from "yaml";
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
    // The library compares each key with each other, which takes a minute in a large file: Reader does it.
    const composer = new Composer({ ...dialect, stringKeys: true, uniqueKeys: false, prettyErrors: false });
    const [document, more] = composer.compose(sound(new Parser().parse(text), text), true, text.length);
    if (document === undefined || more !== undefined) throw new Error("it holds several documents");
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw failure(problem.message, text, problem.pos[0]);
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

/** Ends at the first error: a large file may have as many as it has lines. */
function* sound(tokens: Iterable<CST.Token>, text: string): Generator<CST.Token> {
  for (const token of tokens) {
    if (token.type === "error") throw failure(token.message, text, token.offset);
    yield token;
  }
}

function failure(message: string, text: string, position: number): Error {
  return new Error(`${message} (line ${text.slice(0, position).split("\n").length})`);
}

/** The library's own conversion makes objects of aliases, and strings of keys, that are not as they were written. */
class Reader {
  readonly #document: Document;
  readonly #extent = new Extent();
  #aliases = 0;

  constructor(document: Document) {
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
        if (Object.hasOwn(object, name)) this.#extent.fail(`the key ${name} stands twice`);
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
