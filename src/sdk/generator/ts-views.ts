/** Accessors of layouts in memory: a class over a DataView, for memory that TypeScript shares with native code. */
import type { Field, FieldType, LayoutType } from "../../contracts/language/index.ts";
import { camelCase, pascalCase } from "../../contracts/language/names.ts";
import { sizeOf } from "../../contracts/language/sizes.ts";
import { docComment } from "./text.ts";
import type { TypeScriptModule } from "./ts-module.ts";
import { rawGet, rawSet } from "./ts-numbers.ts";

/** Tables of functions are native code's own. */
export function hasView(layout: LayoutType): boolean {
  return layout.fields.every((field) => field.type.kind !== "function");
}

function at(offset: number): string {
  return offset === 0 ? "this.dataOffset" : `this.dataOffset + ${offset}`;
}

/** A getter and a setter from the text of their bodies. */
function property(name: string, type: string, get: string, set: string): string[] {
  return [
    `  get ${name}(): ${type} {`,
    `    return ${get};`,
    "  }",
    `  set ${name}(value: ${type}) {`,
    `    ${set};`,
    "  }",
  ];
}

function addressProperty(name: string, offset: number): string[] {
  return property(
    name,
    "bigint",
    `this.dataView.getBigUint64(${at(offset)}, true)`,
    `this.dataView.setBigUint64(${at(offset)}, value, true)`,
  );
}

const arrays: Readonly<Record<string, string>> = {
  u32: "Uint32Array",
  i32: "Int32Array",
  u64: "BigUint64Array",
  i64: "BigInt64Array",
};

function atomicMethods(name: string, type: Extract<FieldType, { kind: "atomic" }>, offset: number): string[] {
  const wide = type.element.size === 8;
  const value = wide ? "bigint" : "number";
  const array = `new ${arrays[type.element.name]}(this.dataView.buffer, this.dataView.byteOffset + ${at(offset)}, 1)`;
  const pascal = pascalCase(name);
  return [
    `  /** ${type.order} in C; sequentially consistent here. */`,
    `  load${pascal}(): ${value} {`,
    `    return Atomics.load(${array}, 0);`,
    "  }",
    `  store${pascal}(value: ${value}): void {`,
    `    Atomics.store(${array}, 0, value);`,
    "  }",
    "  /** Sets the bits; what was there before. */",
    `  or${pascal}(bits: ${value}): ${value} {`,
    `    return Atomics.or(${array}, 0, bits);`,
    "  }",
  ];
}

function arrayMethods(
  module: TypeScriptModule,
  name: string,
  type: Extract<FieldType, { kind: "array" }>,
  offset: number,
): string[] {
  const { element } = type;
  const size = sizeOf(element);
  const index = `${at(offset)} + ${module.runtime("checkedIndex")}(index, ${type.length}) * ${size}`;
  if (element.kind === "layout") {
    const view = module.view(element);
    return [`  ${name}(index: number): ${view} {`, `    return new ${view}(this.dataView, ${index});`, "  }"];
  }
  if (size === 1) {
    return [
      `  get ${name}(): Uint8Array {`,
      `    return new Uint8Array(this.dataView.buffer, this.dataView.byteOffset + ${at(offset)}, ${type.length});`,
      "  }",
    ];
  }
  const scalar = element.kind === "scalar" ? element : element.storage;
  const value = size === 8 && !scalar.name.startsWith("f") ? "bigint" : "number";
  return [
    `  ${name}(index: number): ${value} {`,
    `    return ${rawGet(scalar, "this.dataView", index)};`,
    "  }",
    `  set${pascalCase(name)}(index: number, value: ${value}): void {`,
    `    ${rawSet(scalar, "this.dataView", index, "value")};`,
    "  }",
  ];
}

function accessors(module: TypeScriptModule, type: FieldType, name: string, offset: number): string[] {
  switch (type.kind) {
    case "scalar":
    case "enumeration": {
      const scalar = type.kind === "scalar" ? type : type.storage;
      const wide = scalar.size === 8 && !scalar.name.startsWith("f");
      const get = rawGet(scalar, "this.dataView", at(offset));
      if (wide && scalar.as === "number")
        return property(name, "number", `Number(${get})`, rawSet(scalar, "this.dataView", at(offset), "BigInt(value)"));
      return property(name, wide ? "bigint" : "number", get, rawSet(scalar, "this.dataView", at(offset), "value"));
    }
    case "atomic":
      return atomicMethods(name, type, offset);
    case "pointer":
    case "handle":
    case "items":
      return addressProperty(name, offset);
    case "string":
      return [...addressProperty(`${name}Address`, offset), ...addressProperty(`${name}Size`, offset + 8)];
    case "characters":
      return property(
        name,
        "string",
        `${module.runtime("characters")}(this.dataView, ${at(offset)}, ${type.size})`,
        `${module.runtime("putCharacters")}(this.dataView, ${at(offset)}, ${type.size}, value)`,
      );
    case "layout": {
      const view = module.view(type);
      return [`  get ${name}(): ${view} {`, `    return new ${view}(this.dataView, ${at(offset)});`, "  }"];
    }
    case "union":
      return Object.entries(type.members).flatMap(([member, inner]) =>
        accessors(module, inner, camelCase(`${name}_${member}`), offset),
      );
    case "array":
      return arrayMethods(module, name, type, offset);
    default:
      return [];
  }
}

function addField(module: TypeScriptModule, field: Field): void {
  if (field.reserved) return;
  const note = field.type.kind === "enumeration" ? `${field.type.prefix}_*` : "";
  const summary = [note, field.summary].filter((part) => part !== "").join("; ");
  if (field.type.kind !== "atomic") module.add(...docComment(summary, "  "));
  module.add(...accessors(module, field.type, camelCase(field.name), field.offset));
}

export function addView(module: TypeScriptModule, layout: LayoutType): void {
  const name = module.view(layout);
  const pointers = layout.fields.some((field) => ["pointer", "handle", "items", "string"].includes(field.type.kind));
  const what = `${layout.summary}${pointers ? " Pointers are addresses of the process that wrote them." : ""}`.trim();
  module.add(
    ...docComment(`${layout.name} in memory. ${what}`.trim()),
    `export class ${name} extends ${module.runtime("LayoutView")} {`,
    `  static readonly size = ${layout.size};`,
  );
  for (const field of layout.fields) addField(module, field);
  module.add("}", "");
}
