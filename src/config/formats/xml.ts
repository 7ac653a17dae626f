/**
 * XML 1.0 by fast-xml-parser and its builder: an element a value, its name the type, its key an attribute.
 *
 *     <object><number key="port">80</number><array key="tags"><string>a</string></array></object>
 *
 * Holds no control characters but tab, newline and return, no half of a surrogate pair, not U+FFFE and U+FFFF. Document type
 * declarations, and with them entities other than XML's five, are refused.
 */
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import type { JsonValue } from "../../sdk/define-plugin.ts";
import { define, Extent, isObject, maximalDepth, numberOf } from "../json.ts";
import { type Format, notRepresentable } from "./format.ts";
import { visitValues } from "./visit.ts";

/** As the parser and the builder have it with preserveOrder: the element's name, or #text or #cdata, and perhaps ":@". */
type Node = { readonly [name: string]: readonly Node[] | string | Readonly<Record<string, string>> };

const options = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  cdataPropName: "#cdata",
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  maxNestedTags: maximalDepth + 2,
} as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write these
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

export const xml: Format = {
  parse(text) {
    if (/<!(?!--|\[CDATA\[)/.test(text)) throw new Error("document type declarations are not read");
    if (unwritable.test(text)) throw new Error("it holds a character that XML does not have");
    const sound = XMLValidator.validate(text);
    if (sound !== true) throw new Error(`${sound.err.msg} (line ${sound.err.line})`);
    const nodes: readonly Node[] = new XMLParser(options).parse(text);
    const extent = new Extent();
    const [root, ...more] = elementsOf(nodes, extent).filter(({ name }) => !name.startsWith("?"));
    if (root === undefined || more.length > 0) return extent.fail("it needs one element that holds all");
    if (Object.keys(root.attributes).length > 0) extent.fail(`the outermost ${root.name} takes no attribute`);
    return read(root, extent);
  },
  format(value) {
    visitValues(value, (item, steps) => {
      if (typeof item === "string" && unwritable.test(item))
        throw notRepresentable("xml", steps, "XML does not have one of its characters");
    });
    const declaration = { "?xml": [], ":@": { version: "1.0", encoding: "UTF-8" } };
    const builder = new XMLBuilder({ ...options, format: true, suppressEmptyNode: true });
    return `${builder.build([declaration, write(value, undefined)])}\n`;
  },
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
}

/** The elements among the nodes; anything but white space between them is refused. */
function elementsOf(nodes: readonly Node[], extent: Extent): readonly Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ":@") ?? "";
    if (name === "#text" && /^[ \t\r\n]*$/.test(String(node[name]))) return [];
    if (name.startsWith("#")) extent.fail("there is text between its elements");
    return [{ name, attributes: (node[":@"] ?? {}) as Element["attributes"], children: node[name] as readonly Node[] }];
  });
}

function read({ name, children }: Element, extent: Extent): JsonValue {
  if (name === "object") {
    const object = {};
    for (const element of elementsOf(children, extent)) {
      const { key, ...others } = element.attributes;
      if (key === undefined || Object.keys(others).length > 0)
        extent.fail(`a ${element.name} in an object has one attribute, its key`);
      const plain = decode(key, extent);
      if (Object.hasOwn(object, plain)) extent.fail(`the key ${plain} stands twice`);
      extent.inside(plain, () => define(object, plain, read(element, extent)));
    }
    return object;
  }
  if (name === "array")
    return elementsOf(children, extent).map((element, index) =>
      extent.inside(index, () => {
        if (Object.keys(element.attributes).length > 0) extent.fail(`a ${element.name} in an array has no attribute`);
        return read(element, extent);
      }),
    );
  const text = textOf(name, children, extent);
  if (name === "string") return text;
  if (name === "null" && text === "") return null;
  if (name === "boolean" && (text === "true" || text === "false")) return text === "true";
  const number = name === "number" ? numberOf(text) : undefined;
  return number ?? extent.fail(`${name} ${text.slice(0, 40)} is no value`);
}

function textOf(name: string, children: readonly Node[], extent: Extent): string {
  return children
    .map((node) => {
      if (typeof node["#text"] === "string") return decode(node["#text"], extent);
      const [data] = Array.isArray(node["#cdata"]) ? node["#cdata"] : [];
      return data === undefined ? extent.fail(`${name} holds something else than text`) : String(data["#text"] ?? "");
    })
    .join("");
}

function write(value: JsonValue, key: string | undefined): Node {
  const attributes = key === undefined ? {} : { ":@": { key: encode(key, /[&<>"'\t\n\r]/g) } };
  if (Array.isArray(value)) return { array: value.map((item) => write(item, undefined)), ...attributes };
  if (isObject(value)) return { object: Object.entries(value).map(([name, item]) => write(item, name)), ...attributes };
  if (value === null) return { null: [], ...attributes };
  return { [typeof value]: value === "" ? [] : [{ "#text": encode(String(value), /[&<>"'\r]/g) }], ...attributes };
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** `unsafe`: besides what marks elements up, those of tab, newline and return that a reader makes others of. */
function encode(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (character) => {
    const name = Object.keys(named).find((known) => named[known] === character);
    return name === undefined ? `&#${character.charCodeAt(0)};` : `&${name};`;
  });
}

function decode(text: string, extent: Extent): string {
  return text.replace(/&([^;]{0,12};?)/g, (whole, inner: string) => {
    const [, name, decimal, hexadecimal] = /^(?:([a-z]{2,4})|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));$/.exec(inner) ?? [];
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    const character = name === undefined ? characterOf(code) : Object.hasOwn(named, name) ? named[name] : undefined;
    return character ?? extent.fail(`${whole} stands for no character`);
  });
}

function characterOf(code: number): string | undefined {
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
  return character === undefined || unwritable.test(character) ? undefined : character;
}
