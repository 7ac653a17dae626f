/** C: bytes to a call of a table, and its results to bytes. */
import type { FieldType, InterfaceType, LayoutType, Method, Parameter } from "../../contracts/language/index.ts";
import { alignmentOf } from "../../contracts/language/sizes.ts";
import { cCall, cType } from "./c-types.ts";
import { checkCall, checksValues, enumerationHelper } from "./marshal-helpers.ts";
import { messageName, reservedChecks } from "./marshal-messages.ts";
import { isOut, methodNumber, needsEnvironment, requestOf, responseOf } from "./messages.ts";

const malformed = "return VMP_ERROR_MALFORMED;";

/** The value of a default as C. */
function cDefault(type: FieldType, value: unknown): string {
  if (type.kind === "enumeration") {
    if (typeof value === "number") return String(value);
    return `${type.prefix}_${String(value).replaceAll("-", "_").toUpperCase()}`;
  }
  return String(value);
}

function layoutDefaults(layout: LayoutType, variable: string, values: unknown): string[] {
  return Object.entries((values ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
    const field = layout.fields.find((field) => field.name === name);
    if (field === undefined) throw new Error(`${layout.name} has no field ${name} to give a default`);
    if (field.type.kind === "characters") {
      const text = JSON.stringify(value);
      return value === "" ? [] : [`memcpy(${variable}.${name}, ${text}, sizeof ${text});`];
    }
    return [`${variable}.${name} = ${cDefault(field.type, value)};`];
  });
}

/** Declarations, then the decoding of what goes in. */
function takeIn(parameter: Parameter): { declare: string[]; decode: string[] } {
  const name = parameter.name;
  const span = `request.${name}`;
  const reader = "&answer->reader";
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "handle") return { declare: [`void *in_${name} = NULL;`], decode: [] };
      if (type.kind === "string") {
        return { declare: [`vmp_string in_${name};`], decode: [`if (!vmp_wire_string(${reader}, &${span}, &in_${name})) ${malformed}`] };
      }
      const check = type.kind === "enumeration" && checksValues(type);
      return { declare: [], decode: check ? [`if (!${enumerationHelper(type)}(&${span})) ${malformed}`] : [] };
    }
    case "callback":
      return { declare: [`vmp_transport *in_${name} = NULL;`], decode: [] };
    case "layout": {
      if (parameter.direction === "out") return { declare: [], decode: [] };
      const { layout } = parameter;
      const check = checkCall(layout, `&in_${name}`, `${span}.stride`).replace("(reader,", `(${reader},`);
      return {
        declare: [`${layout.name} in_${name};`],
        decode: [
          `if (${span}.count != 1 || !vmp_wire_span_valid(${reader}, &${span}, ${layout.smallest}, ${layout.alignment})) ${malformed}`,
          `vmp_wire_element(${reader}, &${span}, 0, &in_${name}, sizeof in_${name});`,
          ...(check === "" ? [] : [`if (!${check}) ${malformed}`]),
        ],
      };
    }
    case "span": {
      const { element } = parameter;
      const type = cType(element);
      if (parameter.stability === "shared") {
        const smallest = element.kind === "layout" ? element.smallest : element.size;
        const call = cCall(
          "",
          "if (!vmp_wire_shared",
          [
            "answer->environment == NULL ? NULL : answer->environment->shared_base",
            "answer->environment == NULL ? 0 : answer->environment->shared_size",
            `&${span}`,
            `sizeof(${type})`,
            String(smallest),
            String(alignmentOf(element)),
            parameter.stride ? "1" : "0",
            `&in_${name}`,
          ],
          ") {",
        );
        return { declare: [`volatile void *in_${name} = NULL;`], decode: [...call, `  ${malformed}`, "}"] };
      }
      if (parameter.direction === "out") return { declare: [], decode: [] };
      if (element.kind === "scalar") {
        return {
          declare: [`const void *in_${name} = NULL;`, `uint64_t in_${parameter.count} = 0;`],
          decode: [`if (!vmp_wire_numbers(${reader}, &${span}, ${element.size}, &in_${name}, &in_${parameter.count})) ${malformed}`],
        };
      }
      const check = checkCall(element, `&in_${name}[index]`, `${span}.stride`).replace("(reader,", `(${reader},`);
      return {
        declare: [`${type} *in_${name} = NULL;`],
        decode: [
          `if (!vmp_wire_span_valid(${reader}, &${span}, ${element.smallest}, ${element.alignment})) ${malformed}`,
          `if (${span}.count != 0) {`,
          `  in_${name} = (${type} *)vmp_wire_allocate(${reader}, ${span}.count, sizeof *in_${name});`,
          `  if (in_${name} == NULL) return VMP_ERROR_OUT_OF_MEMORY;`,
          "}",
          `for (uint64_t index = 0; index < ${span}.count; index++) {`,
          `  vmp_wire_element(${reader}, &${span}, index, &in_${name}[index], sizeof *in_${name});`,
          ...(check === "" ? [] : [`  if (!${check}) ${malformed}`]),
          "}",
        ],
      };
    }
    default:
      return { declare: [], decode: [] };
  }
}

/** Declarations, then the room that results need. */
function makeRoom(parameter: Parameter): { declare: string[]; prepare: string[] } {
  const name = parameter.name;
  if (parameter.kind === "result") return { declare: [`${cType(parameter.type)} out_${name} = 0;`], prepare: [] };
  if (parameter.kind === "layout" && parameter.direction === "out") {
    const grows = parameter.layout.fields[0]?.name === "struct_size";
    return {
      declare: [`${parameter.layout.name} out_${name};`, `uint64_t at_${name};`],
      prepare: [
        `memset(&out_${name}, 0, sizeof out_${name});`,
        ...(grows ? [`out_${name}.struct_size = sizeof out_${name};`] : []),
        `at_${name} = vmp_wire_reserve(&answer->writer, sizeof out_${name}, 8);`,
      ],
    };
  }
  if (!isOut(parameter) || parameter.kind !== "span") return { declare: [], prepare: [] };
  const type = cType(parameter.element);
  const sized = parameter.element.kind === "layout" && parameter.element.fields[0]?.name === "struct_size";
  return {
    declare: [`${type} *out_${name};`, `uint64_t out_${parameter.count} = 0;`, `uint64_t at_${name};`],
    prepare: [
      `at_${name} = vmp_wire_answer_room(answer, &request.${parameter.capacity}, sizeof *out_${name});`,
      `if (answer->writer.status != VMP_OK) return answer->writer.status;`,
      `out_${name} = (${type} *)(void *)(answer->writer.data + at_${name});`,
      ...(sized
        ? [`for (uint64_t index = 0; index < request.${parameter.capacity}; index++) out_${name}[index].struct_size = sizeof *out_${name};`]
        : []),
    ],
  };
}

function argumentsOf(parameter: Parameter): string[] {
  const name = parameter.name;
  switch (parameter.kind) {
    case "value":
      if (parameter.type.kind === "handle") return [`(${cType(parameter.type).trim()})in_${name}`];
      return [parameter.type.kind === "string" ? `in_${name}` : `request.${name}`];
    case "callback":
      return [`in_${name} == NULL ? NULL : &${parameter.table.name}_proxy`, `in_${name}`];
    case "result":
      return [`&out_${name}`];
    case "layout":
      return [`&${parameter.direction === "in" ? "in" : "out"}_${name}`];
    case "span": {
      const type = cType(parameter.element);
      if (parameter.stability === "shared") {
        const qualifier = parameter.direction === "in" ? "const volatile" : "volatile";
        return [`(${qualifier} ${type} *)in_${name}`, `request.${name}.count`, ...(parameter.stride ? [`request.${name}.stride`] : [])];
      }
      if (parameter.direction === "out") {
        return [`out_${name}`, `request.${parameter.capacity}`, ...(parameter.stride ? [`sizeof *out_${name}`] : []), `&out_${parameter.count}`];
      }
      if (parameter.element.kind === "scalar") return [`(const ${type} *)in_${name}`, `in_${parameter.count}`];
      return [`in_${name}`, `request.${name}.count`, ...(parameter.stride ? [`sizeof *in_${name}`] : [])];
    }
    case "native":
      throw new Error("a native parameter does not travel");
  }
}

function giveOut(parameter: Parameter): string[] {
  const name = parameter.name;
  if (parameter.kind === "result") return [`response.${name} = out_${name};`];
  if (parameter.kind === "layout" && parameter.direction === "out") {
    return [
      `memcpy(answer->writer.data + at_${name}, &out_${name}, sizeof out_${name});`,
      `response.${name} = vmp_wire_span_of(at_${name}, 1, sizeof out_${name});`,
    ];
  }
  if (!isOut(parameter) || parameter.kind !== "span") return [];
  return [
    `if (out_${parameter.count} > request.${parameter.capacity}) return vmp_wire_answer_overrun(answer);`,
    `response.${name} = vmp_wire_span_of(at_${name}, out_${parameter.count}, sizeof *out_${name});`,
  ];
}

function defaultsOf(method: Method): string[] {
  return Object.entries(method.defaults).flatMap(([name, value]) => {
    const parameter = method.parameters.find((parameter) => parameter.name === name);
    if (parameter?.kind === "result") return [`out_${name} = ${cDefault(parameter.type, value)};`];
    if (parameter?.kind === "layout") return layoutDefaults(parameter.layout, `out_${name}`, value);
    if (name === "returned" && typeof method.returns === "object" && method.returns.kind !== "pointer") {
      return [`response.returned = ${cDefault(method.returns, value)};`];
    }
    throw new Error(`${method.name}: no default can be given for ${name}`);
  });
}

function answerMethod(table: InterfaceType, method: Method): string[] {
  const request = requestOf(method);
  const response = responseOf(method);
  const taken = method.parameters.map(takeIn);
  const rooms = method.parameters.map(makeRoom);
  const imports = method.parameters.filter((parameter) => parameter.kind === "callback" || (parameter.kind === "value" && parameter.type.kind === "handle"));
  const spans = method.parameters.filter((parameter) => isOut(parameter) && parameter.kind === "span");
  const hasStatus = method.returns === "status" || imports.length > 0;
  const line = (text: string) => `  ${text}`;
  const body: string[] = [];
  body.push(...(request.size > 0 ? [`${messageName(table, method, "request")} request;`] : []).map(line));
  body.push(...(response.size > 0 ? [`${messageName(table, method, "response")} response;`] : []).map(line));
  body.push(...taken.flatMap((part) => part.declare).map(line), ...rooms.flatMap((part) => part.declare).map(line));
  if (hasStatus) body.push("  vmp_status status = VMP_OK;");
  body.push(
    request.size > 0
      ? `  if (!vmp_wire_fixed(&answer->reader, &request, sizeof request)) ${malformed}`
      : `  if (!vmp_wire_fixed(&answer->reader, NULL, 0)) ${malformed}`,
  );
  for (const check of reservedChecks(request, "request")) body.push(`  if (${check}) ${malformed}`);
  body.push(...taken.flatMap((part) => part.decode).map(line));
  if (response.size > 0) {
    body.push(
      "  memset(&response, 0, sizeof response);",
      "  vmp_wire_reserve(&answer->writer, sizeof response, 8);",
      ...rooms.flatMap((part) => part.prepare).map(line),
      "  if (answer->writer.status != VMP_OK) return answer->writer.status;",
    );
  }
  for (const parameter of imports) {
    const call =
      parameter.kind === "callback"
        ? `vmp_wire_import_callback(answer, "${parameter.table.name}", request.${parameter.name}, &in_${parameter.name})`
        : `vmp_wire_import_handle(answer, "${parameter.kind === "value" && parameter.type.kind === "handle" ? parameter.type.name : ""}", request.${parameter.name}, &in_${parameter.name})`;
    body.push(`  if (status == VMP_OK) status = ${call};`);
  }
  const parameters = [
    "self",
    ...method.parameters.flatMap(argumentsOf),
    ...(method.cancellable ? ["answer->environment == NULL ? NULL : answer->environment->cancellation"] : []),
    ...(method.error ? ["&answer->error"] : []),
  ];
  const assign = method.returns === "status" ? "status = " : method.returns === "void" ? "" : "response.returned = ";
  const guard = imports.length > 0 ? "status == VMP_OK && " : "";
  body.push(`  if (${guard}VMP_WIRE_HAS(${table.name}, table, ${method.name})) {`, ...cCall("    ", `${assign}table->${method.name}`, parameters, ";"));
  const otherwise = method.optional ? defaultsOf(method) : ["return vmp_wire_answer_missing(answer);"];
  if (otherwise.length > 0) {
    body.push(imports.length > 0 ? "  } else if (status == VMP_OK) {" : "  } else {", ...otherwise.map((text) => `    ${text}`));
  }
  body.push("  }");
  for (const parameter of imports) {
    if (parameter.kind === "callback" && parameter.lifetime === "call") body.push(`  vmp_wire_release_callback(answer, in_${parameter.name});`);
  }
  if (hasStatus) {
    if (spans.length > 0) {
      const needed = spans.map((parameter) => (parameter.kind === "span" ? `out_${parameter.count}` : ""));
      body.push(
        "  if (status != VMP_OK) {",
        `    uint64_t needed[${spans.length}] = {${needed.join(", ")}};`,
        `    return vmp_wire_answer_failure(answer, status, needed, status == VMP_ERROR_TOO_SMALL ? ${spans.length} : 0);`,
        "  }",
      );
    } else {
      body.push("  if (status != VMP_OK) return vmp_wire_answer_failure(answer, status, NULL, 0);");
    }
  }
  body.push(...method.parameters.flatMap(giveOut).map(line));
  if (response.size > 0) body.push("  memcpy(answer->writer.data, &response, sizeof response);");
  body.push("  return VMP_OK;");
  return [
    `static inline vmp_status ${table.name}_answer_${method.name}(const ${table.name} *table, void *self, vmp_wire_answer *answer) {`,
    ...body,
    "}",
    "",
  ];
}

const stubParameters = [
  "uint32_t method",
  "const uint8_t *request",
  "uint64_t size",
  "uint8_t *response",
  "uint64_t capacity",
  "uint64_t *response_size",
];

/** The stub of a table. `erased`: also with the type of its table erased, as vmp_callback wants it. */
export function stub(table: InterfaceType, erased: boolean): string[] {
  const methods = table.methods.filter((method) => !method.nativeOnly);
  const environment = needsEnvironment(table);
  const lines = methods.flatMap((method) => answerMethod(table, method));
  lines.push(
    "/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or",
    " * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */",
    ...cCall(
      "",
      `static inline vmp_status ${table.name}_stub`,
      [`const ${table.name} *table`, "void *self", ...stubParameters, ...(environment ? ["vmp_stub_environment *environment"] : [])],
      " {",
    ),
    "  vmp_wire_answer answer;",
    "  vmp_status status = VMP_ERROR_MALFORMED;",
    `  if (vmp_wire_answer_open(&answer, request, size, response, capacity, ${environment ? "environment" : "NULL"})) {`,
    "    switch (method) {",
    ...methods.flatMap((method) => [
      `      case ${methodNumber(table, method)}:`,
      `        status = ${table.name}_answer_${method.name}(table, self, &answer);`,
      "        break;",
    ]),
    "      default:",
    "        break;",
    "    }",
    "  }",
    "  return vmp_wire_answer_close(&answer, status, response_size);",
    "}",
    "",
  );
  if (erased) {
    lines.push(
      ...cCall("", `static inline vmp_status ${table.name}_stub_erased`, ["const void *table", "void *self", ...stubParameters], " {"),
      ...cCall(
        "  ",
        `return ${table.name}_stub`,
        [`(const ${table.name} *)table`, "self", "method", "request", "size", "response", "capacity", "response_size"],
        ";",
      ),
      "}",
      "",
    );
  }
  return lines;
}
