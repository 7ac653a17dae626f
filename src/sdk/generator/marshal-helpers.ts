/** C functions that check and write one enumeration or layout; a header that has seen one already skips it. */
import type { EnumerationType, FieldType, InterfaceType, LayoutType } from "../../contracts/language/index.ts";
import { isStructSize } from "../../contracts/language/layout.ts";
import { isPlain } from "../../contracts/language/travel.ts";
import { cType } from "./c-types.ts";

export function enumerationHelper(type: EnumerationType): string {
  return `vmp_wire_known_${type.prefix.toLowerCase()}`;
}

export function checksValues(type: EnumerationType): boolean {
  return type.unknown !== "keep" && !type.flags;
}

/** Whether a value needs a look after its bytes were copied. */
export function needsCheck(type: FieldType): boolean {
  switch (type.kind) {
    case "enumeration":
      return checksValues(type);
    case "characters":
    case "string":
    case "items":
      return true;
    case "array":
      return needsCheck(type.element);
    case "layout":
      return type.fields.some((field) => field.reserved || needsCheck(field.type) || isStructSize(field));
    default:
      return false;
  }
}

function once(name: string, lines: readonly string[]): string[] {
  const macro = `${name.toUpperCase()}_DEFINED`;
  return [`#ifndef ${macro}`, `#define ${macro}`, ...lines, "#endif", ""];
}

function enumerationFunction(type: EnumerationType): string[] {
  const name = enumerationHelper(type);
  const storage = cType(type.storage);
  const cases = [...type.values.keys()].map((key) => `    case ${type.prefix}_${key}:`);
  const otherwise =
    typeof type.unknown === "object"
      ? [`      *value = ${type.prefix}_${type.unknown.as};`, "      return 1;"]
      : ["      return 0;"];
  return once(name, [
    `static inline int ${name}(${storage} *value) {`,
    "  switch (*value) {",
    ...cases,
    "      return 1;",
    "    default:",
    ...otherwise,
    "  }",
    "}",
  ]);
}

/** Conditions that make a field wrong, given the expression by which it is reached. */
function checks(type: FieldType, expression: string): string[] {
  switch (type.kind) {
    case "enumeration":
      return checksValues(type) ? [`  if (!${enumerationHelper(type)}(&${expression})) return 0;`] : [];
    case "characters":
      return [`  if (!vmp_wire_terminated(${expression}, ${type.size})) return 0;`];
    case "string":
      return [`  if (!vmp_wire_string_field(reader, &${expression})) return 0;`];
    case "layout":
      return needsCheck(type)
        ? [`  if (!vmp_wire_check_${type.name}(reader, &${expression}, sizeof ${expression})) return 0;`]
        : [];
    case "array": {
      if (!needsCheck(type.element)) return [];
      const inner = checks(type.element, `${expression}[index]`).map((line) => `  ${line}`);
      return [`  for (uint32_t index = 0; index < ${type.length}; index++) {`, ...inner, "  }"];
    }
    default:
      return [];
  }
}

function itemsCheck(type: Extract<FieldType, { kind: "items" }>, name: string): string[] {
  const lines = ["  {", "    vmp_wire_span span;", `    if (!vmp_wire_slot(&value->${name}, &span)) return 0;`];
  const { element } = type;
  if (element.kind === "scalar") {
    lines.push(
      "    const void *elements;",
      `    if (!vmp_wire_numbers(reader, &span, ${element.size}, &elements, &value->${type.count})) return 0;`,
      `    value->${name} = (const ${cType(element)} *)elements;`,
    );
  } else {
    const smallest = element.kind === "layout" ? element.smallest : 16;
    const check =
      element.kind === "string"
        ? "vmp_wire_string_field(reader, &elements[index])"
        : checkCall(element, "reader", "&elements[index]", "span.stride");
    lines.push(
      `    ${cType(element)} *elements;`,
      `    if (!vmp_wire_span_valid(reader, &span, ${smallest}, 8)) return 0;`,
      `    elements = span.count == 0 ? NULL : (${cType(element)} *)vmp_wire_allocate(reader, span.count, sizeof *elements);`,
      "    if (span.count != 0 && elements == NULL) return 0;",
      "    for (uint64_t index = 0; index < span.count; index++) {",
      "      vmp_wire_element(reader, &span, index, &elements[index], sizeof *elements);",
      ...(check === "" ? [] : [`      if (!${check}) return 0;`]),
      "    }",
      `    value->${name} = elements;`,
      `    value->${type.count} = span.count;`,
    );
  }
  return [...lines, "  }"];
}

/** The call that checks a copied layout, or "" where any bytes will do. */
export function checkCall(layout: LayoutType, reader: string, pointer: string, stride: string): string {
  return needsCheck(layout) ? `vmp_wire_check_${layout.name}(${reader}, ${pointer}, ${stride})` : "";
}

function layoutCheck(layout: LayoutType): string[] {
  const name = `vmp_wire_check_${layout.name}`;
  const lines: string[] = [];
  for (const field of layout.fields) {
    if (isStructSize(field)) {
      lines.push("  value->struct_size = stride < sizeof *value ? stride : (uint32_t)sizeof *value;");
    } else if (field.reserved) {
      lines.push(`  if (!vmp_wire_zero(&value->${field.name}, sizeof value->${field.name})) return 0;`);
    } else if (field.type.kind === "items") {
      lines.push(...itemsCheck(field.type, field.name));
    } else {
      lines.push(...checks(field.type, `value->${field.name}`));
    }
  }
  return once(name, [
    "/* Checks a copied value whose sender knew `stride` bytes of it, and turns spans into pointers. */",
    `static inline int ${name}(vmp_wire_reader *reader, ${layout.name} *value, uint32_t stride) {`,
    "  (void)reader;",
    "  (void)stride;",
    ...lines,
    "  return 1;",
    "}",
  ]);
}

function stores(type: FieldType, expression: string, at: string, known: string): string[] {
  switch (type.kind) {
    case "string":
      return [`  if (${known}) vmp_wire_put_slot(writer, ${at}, vmp_wire_append_string(writer, ${expression}));`];
    case "layout":
      return isPlain(type)
        ? []
        : [`  if (${known}) vmp_wire_store_${type.name}(writer, ${at}, &${expression}, sizeof ${expression});`];
    case "array":
      if (isPlain(type.element)) return [];
      return [
        `  for (uint32_t index = 0; index < ${type.length}; index++) {`,
        ...stores(type.element, `${expression}[index]`, `${at} + index * sizeof ${expression}[0]`, known).map(
          (line) => `  ${line}`,
        ),
        "  }",
      ];
    default:
      return [];
  }
}

function itemsStore(
  type: Extract<FieldType, { kind: "items" }>,
  name: string,
  offset: number,
  known: string,
): string[] {
  const { element } = type;
  const elements = `value->${name}`;
  const count = `value->${type.count}`;
  const lines = [
    `  if (${known}) {`,
    `    vmp_wire_span span = vmp_wire_append(writer, ${elements}, ${count}, sizeof *${elements});`,
  ];
  if (element.kind !== "scalar" && !isPlain(element)) {
    const each =
      element.kind === "string"
        ? `vmp_wire_put_slot(writer, span.offset + index * 16, vmp_wire_append_string(writer, ${elements}[index]))`
        : `vmp_wire_store_${element.name}(writer, span.offset + index * sizeof *${elements}, &${elements}[index], sizeof *${elements})`;
    lines.push(
      `    for (uint64_t index = 0; index < span.count && writer->status == VMP_OK; index++) {`,
      `      ${each};`,
      "    }",
    );
  }
  return [...lines, `    vmp_wire_put_slot(writer, at + ${offset}, span);`, "  }"];
}

function layoutStore(layout: LayoutType): string[] {
  const name = `vmp_wire_store_${layout.name}`;
  const lines = layout.fields.flatMap((field) => {
    const end = field.offset + field.size + (field.type.kind === "items" ? 8 : 0);
    const known = `size >= ${end}`;
    if (field.type.kind === "items") return itemsStore(field.type, field.name, field.offset, known);
    return stores(field.type, `value->${field.name}`, `at + ${field.offset}`, known);
  });
  return once(name, [
    "/* Appends what the value points at, and puts spans in place of its pointers. */",
    `static inline void ${name}(vmp_wire_writer *writer, uint64_t at, const ${layout.name} *value, uint64_t size) {`,
    ...lines,
    "}",
  ]);
}

/** Every enumeration and layout that the tables' calls carry, those first that others hold. */
export function travellingTypes(tables: readonly InterfaceType[]): (EnumerationType | LayoutType)[] {
  const found = new Set<EnumerationType | LayoutType>();
  const visit = (type: FieldType): void => {
    switch (type.kind) {
      case "enumeration":
        found.add(type);
        break;
      case "array":
        visit(type.element);
        break;
      case "items":
        visit(type.element);
        break;
      case "union":
        Object.values(type.members).forEach(visit);
        break;
      case "layout":
        for (const field of type.fields) visit(field.type);
        found.add(type);
        break;
    }
  };
  for (const table of tables) {
    for (const method of table.methods) {
      if (method.nativeOnly) continue;
      if (typeof method.returns === "object" && method.returns.kind === "enumeration") visit(method.returns);
      for (const parameter of method.parameters) {
        if (parameter.kind === "value" || parameter.kind === "result") visit(parameter.type);
        if (parameter.kind === "layout") visit(parameter.layout);
        if (parameter.kind === "span") visit(parameter.element);
      }
    }
  }
  return [...found];
}

export function helpers(tables: readonly InterfaceType[]): string[] {
  return travellingTypes(tables).flatMap((type) => {
    if (type.kind === "enumeration") return checksValues(type) ? enumerationFunction(type) : [];
    return [...(needsCheck(type) ? layoutCheck(type) : []), ...(isPlain(type) ? [] : layoutStore(type))];
  });
}
