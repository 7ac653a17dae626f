/** Declarations of a contract as C. */
import type {
  Constant,
  EnumerationType,
  Field,
  InterfaceType,
  LayoutType,
  Method,
} from "../../contracts/language/index.ts";
import { cCall, cDeclaration, cFunctionPointer, cType } from "./c-types.ts";
import { cComment, lineWidth } from "./text.ts";

export function cConstant(constant: Constant): string[] {
  const value =
    typeof constant.value === "string"
      ? JSON.stringify(constant.value)
      : `${constant.value}${constant.unsigned ? "u" : ""}`;
  return [...cComment(constant.summary), `#define ${constant.name} ${value}`];
}

/** Lines and what stands behind each, the comments of neighbours in one column. */
function withTrailingComments(rows: readonly { code: string; comment: string }[]): string[] {
  const lines: string[] = [];
  let group: { code: string; comment: string }[] = [];
  const flush = () => {
    const column = Math.max(0, ...group.map((row) => row.code.length)) + 1;
    const aligned = group.every((row) => column + row.comment.length <= lineWidth);
    for (const row of group) lines.push(`${aligned ? row.code.padEnd(column) : `${row.code} `}${row.comment}`);
    group = [];
  };
  for (const row of rows) {
    if (row.comment === "") {
      flush();
      lines.push(row.code);
    } else if (row.code.length + 1 + row.comment.length > lineWidth) {
      flush();
      const indent = /^ */.exec(row.code)?.[0] ?? "";
      lines.push(...cComment(row.comment.slice(3, -3), indent), row.code);
    } else {
      group.push(row);
    }
  }
  flush();
  return lines;
}

export function cEnumeration(enumeration: EnumerationType): string[] {
  const typedef =
    enumeration.typedef === undefined ? [] : [`typedef ${cType(enumeration.storage)} ${enumeration.typedef};`];
  const entries = [...enumeration.values].map(([key, { value, summary }]) => ({
    code: `${enumeration.prefix}_${key} = ${value}`,
    summary,
  }));
  const single = `enum { ${entries.map((entry) => entry.code).join(", ")} };`;
  const comment = cComment(enumeration.summary);
  if (single.length <= lineWidth && entries.every((entry) => entry.summary === ""))
    return [...comment, ...typedef, single];
  const rows = entries.map((entry, index) => ({
    code: `  ${entry.code}${index === entries.length - 1 ? "" : ","}`,
    comment: entry.summary === "" ? "" : `/* ${entry.summary} */`,
  }));
  return [...comment, ...typedef, "enum {", ...withTrailingComments(rows), "};"];
}

/** "[vcpu] Optional. Posted: ..." */
export function methodComment(method: Method, thread: boolean, optional = true): string {
  return [
    ...(thread ? [`[${method.thread}]`] : []),
    ...(optional && method.optional ? ["Optional."] : []),
    ...(method.mode === "posted" ? ["Posted: the caller does not wait."] : []),
    ...method.parameters.flatMap((parameter) =>
      "nullable" in parameter && parameter.nullable ? [`${parameter.name} may be NULL.`] : [],
    ),
    ...(method.summary === "" ? [] : [method.summary]),
  ].join(" ");
}

function fieldComment(field: Field): string {
  const type = field.type;
  const values = type.kind === "enumeration" && type.typedef === undefined ? `${type.prefix}_*` : "";
  const text = [values, field.summary]
    .filter((part) => part !== "")
    .join(values !== "" && /^one of/.test(field.summary) ? ", " : "; ");
  return text === "" ? "" : `/* ${text} */`;
}

function cFields(fields: readonly Field[]): string[] {
  const lines: string[] = [];
  let rows: { code: string; comment: string }[] = [];
  const flush = () => {
    lines.push(...withTrailingComments(rows));
    rows = [];
  };
  for (const field of fields) {
    if (field.type.kind === "function") {
      flush();
      lines.push(
        ...cComment(methodComment(field.type.method, true), "  "),
        ...cFunctionPointer(field.type.method, "  "),
      );
    } else if (field.type.kind === "union") {
      flush();
      lines.push(...cComment(field.summary, "  "), "  union {");
      for (const [name, member] of Object.entries(field.type.members)) lines.push(`    ${cDeclaration(member, name)};`);
      lines.push(`  } ${field.name};`);
    } else {
      rows.push({ code: `  ${cDeclaration(field.type, field.name)};`, comment: fieldComment(field) });
    }
  }
  flush();
  return lines;
}

export function cLayout(layout: LayoutType): string[] {
  return [
    ...cComment(layout.summary),
    `typedef struct ${layout.name} {`,
    ...cFields(layout.fields),
    `} ${layout.name};`,
  ];
}

/** Bytes before the first function of a table: its size and a reserved word. */
export const tableHead = 8;

/** Where function number `index`, from 0, lies in a table. */
export function tableOffset(index: number): number {
  return tableHead + 8 * index;
}

/** A table of functions. What holds for all of them its comment says once. */
export function cTable(table: InterfaceType): string[] {
  const threads = new Set(table.methods.map((method) => method.thread));
  const shared = threads.size === 1 && table.methods.length > 1;
  const allOptional = table.methods.length > 1 && table.methods.every((method) => method.optional);
  const summary = [
    ...(shared ? [`All [${[...threads][0]}].`] : []),
    ...(allOptional ? ["All optional."] : []),
    table.summary,
  ]
    .filter((part) => part !== "")
    .join(" ");
  const lines = [
    ...cComment(summary),
    `typedef struct ${table.name} {`,
    "  uint32_t struct_size;",
    "  uint32_t reserved;",
  ];
  for (const method of table.methods) {
    lines.push(...cComment(methodComment(method, !shared, !allOptional), "  "), ...cFunctionPointer(method, "  "));
  }
  return [...lines, `} ${table.name};`];
}

function assertion(condition: string, reason: string): string[] {
  return cCall("", "VMP_STATIC_ASSERT", [condition, JSON.stringify(reason)], ";");
}

export function cMaximumSize(layout: LayoutType): string[] {
  if (layout.maximumSize === undefined) return [];
  const { constant, reason } = layout.maximumSize;
  return ["", ...assertion(`sizeof(${layout.name}) <= ${constant}`, reason)];
}

/** The offsets and the size that every platform and compiler must agree on. */
export function cLayoutAssertions(layout: LayoutType): string[] {
  const offsets = layout.fields
    .filter((field) => !field.reserved)
    .map((field) => `offsetof(${layout.name}, ${field.name}) == ${field.offset}`);
  return [
    ...offsets.flatMap((condition) => assertion(condition, "fixed offset")),
    ...assertion(`sizeof(${layout.name}) == ${layout.size}`, "fixed size"),
  ];
}

export function cTableAssertions(table: InterfaceType): string[] {
  return [
    ...table.methods.flatMap((method, index) =>
      assertion(`offsetof(${table.name}, ${method.name}) == ${tableOffset(index)}`, "fixed offset"),
    ),
    ...assertion(`sizeof(${table.name}) == ${tableOffset(table.methods.length)}`, "fixed size"),
  ];
}
