/** C: a table whose functions turn into bytes, go through a transport, and come back. */
import type { InterfaceType, LayoutType, Method, Parameter } from "../../contracts/language/index.ts";
import { isPlain } from "../../contracts/language/travel.ts";
import { cCall, cParameters, cReturnType, cType } from "./c-types.ts";
import { checkCall, checksValues, enumerationHelper } from "./marshal-helpers.ts";
import { messageName, reservedChecks } from "./marshal-messages.ts";
import { isOut, methodNumber, requestOf, responseOf } from "./messages.ts";

// A trailing underscore keeps the names of the generator apart from those of a contract.
const writer = "&call_.writer";
const reader = "&call_.reader";

function grows(layout: LayoutType): boolean {
  return layout.fields[0]?.name === "struct_size";
}

/** The bytes of a layout that the caller knows. */
function known(layout: LayoutType, name: string): string {
  return grows(layout)
    ? `(${name}->struct_size < sizeof *${name} ? ${name}->struct_size : (uint32_t)sizeof *${name})`
    : `(uint32_t)sizeof *${name}`;
}

function cleanParameter(type: string): string {
  return type.trim();
}

/** Statements that put one parameter into the request. */
function putIn(parameter: Parameter, error: string): string[] {
  const name = parameter.name;
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "handle")
        return [`request_.${name} = vmp_wire_export_handle(&call_, transport_, "${type.name}", ${name}, ${error});`];
      if (type.kind === "string") return [`request_.${name} = vmp_wire_append_string(${writer}, ${name});`];
      return [`request_.${name} = ${name};`];
    }
    case "callback":
      return [
        "{",
        `  vmp_callback callback_ = {sizeof callback_, ${parameter.lifetime === "call" ? 0 : 1}, "${parameter.table.name}", ${name}, ${name}_context, ${parameter.table.name}_stub_erased};`,
        `  request_.${name} = vmp_wire_export_callback(&call_, transport_, &callback_, ${error});`,
        "}",
      ];
    case "layout": {
      const { layout } = parameter;
      const size = known(layout, name);
      const tooOld = grows(layout)
        ? [`if (${name}->struct_size < ${layout.smallest}) vmp_wire_fail(${writer}, VMP_ERROR_INVALID_ARGUMENT);`]
        : [];
      if (parameter.direction === "out") return tooOld;
      return [
        ...tooOld,
        "{",
        `  uint32_t size_ = ${size};`,
        `  request_.${name} = vmp_wire_append(${writer}, ${name}, 1, size_);`,
        ...(isPlain(layout)
          ? []
          : [
              `  if (call_.writer.status == VMP_OK) vmp_wire_store_${layout.name}(${writer}, request_.${name}.offset, ${name}, size_);`,
            ]),
        "}",
      ];
    }
    case "span": {
      const { element } = parameter;
      const stride = parameter.stride ? `${name}_stride` : `sizeof *${name}`;
      if (parameter.stability === "shared")
        return [`request_.${name} = vmp_wire_share(${writer}, transport_, ${name}, ${parameter.count}, ${stride});`];
      if (parameter.direction === "out") {
        // Elements of a later minor are larger: room for twice the size that is known here.
        return [
          `room_ = vmp_wire_room(room_, &${parameter.capacity}, ${parameter.stride ? "2 * " : ""}sizeof *${name});`,
          `request_.${parameter.capacity} = ${parameter.capacity};`,
        ];
      }
      const append = `request_.${name} = vmp_wire_append(${writer}, ${name}, ${parameter.count}, ${stride});`;
      if (element.kind === "scalar") return [append];
      const tooOld = parameter.stride
        ? [
            `if (${parameter.count} != 0 && ${stride} < ${element.smallest}) vmp_wire_fail(${writer}, VMP_ERROR_INVALID_ARGUMENT);`,
          ]
        : [];
      if (isPlain(element)) return [...tooOld, append];
      const at = `(const ${element.name} *)(const void *)((const uint8_t *)${name} + index_ * ${stride})`;
      const size = parameter.stride ? `${stride} < sizeof *${name} ? ${stride} : sizeof *${name}` : stride;
      return [
        ...tooOld,
        append,
        `for (uint64_t index_ = 0; index_ < ${parameter.count} && call_.writer.status == VMP_OK; index_++) {`,
        `  vmp_wire_store_${element.name}(${writer}, request_.${name}.offset + index_ * ${stride}, ${at}, ${size});`,
        "}",
      ];
    }
    default:
      return [];
  }
}

/** Declarations and statements that take one result out of the response; a statement may set `status_`. */
function takeOut(parameter: Parameter): { declare: string[]; check: string[]; give: string[] } {
  const name = parameter.name;
  if (parameter.kind === "result") {
    const check =
      parameter.type.kind === "enumeration" && checksValues(parameter.type)
        ? [`!${enumerationHelper(parameter.type)}(&response_.${name})`]
        : [];
    return { declare: [], check, give: [`*${name} = response_.${name};`] };
  }
  if (parameter.kind === "layout" && parameter.direction === "out") {
    const { layout } = parameter;
    const check = checkCall(layout, `&out_${name}_`, `response_.${name}.stride`).replace("(reader,", `(${reader},`);
    const skip = grows(layout) ? 4 : 0;
    return {
      declare: [`${layout.name} out_${name}_;`],
      check: [
        `response_.${name}.count != 1`,
        `!vmp_wire_span_valid(${reader}, &response_.${name}, ${layout.smallest}, ${layout.alignment})`,
        `(vmp_wire_element(${reader}, &response_.${name}, 0, &out_${name}_, sizeof out_${name}_), 0)`,
        ...(check === "" ? [] : [`!${check}`]),
      ],
      give: [
        skip === 0
          ? `memcpy(${name}, &out_${name}_, sizeof out_${name}_);`
          : `memcpy((uint8_t *)${name} + 4, (const uint8_t *)&out_${name}_ + 4, ${known(layout, name)} - 4);`,
      ],
    };
  }
  if (!isOut(parameter) || parameter.kind !== "span") return { declare: [], check: [], give: [] };
  const { element } = parameter;
  if (element.kind === "scalar") {
    return {
      declare: [`const void *out_${name}_ = NULL;`, `uint64_t out_${parameter.count}_ = 0;`],
      check: [
        `!vmp_wire_numbers(${reader}, &response_.${name}, ${element.size}, &out_${name}_, &out_${parameter.count}_)`,
        `out_${parameter.count}_ > ${parameter.capacity}`,
      ],
      give: [
        `if (out_${parameter.count}_ != 0) memcpy(${name}, out_${name}_, out_${parameter.count}_ * ${element.size});`,
        `*${parameter.count} = out_${parameter.count}_;`,
      ],
    };
  }
  const check = checkCall(element, "&element_", `response_.${name}.stride`).replace("(reader,", `(${reader},`);
  const stride = parameter.stride ? `${name}_stride` : `sizeof *${name}`;
  const give = parameter.stride
    ? [
        `  memcpy((uint8_t *)${name} + index_ * ${stride}, &element_, ${stride} < sizeof element_ ? ${stride} : sizeof element_);`,
        `  if (${stride} > sizeof element_) memset((uint8_t *)${name} + index_ * ${stride} + sizeof element_, 0, ${stride} - sizeof element_);`,
      ]
    : [`  memcpy(&${name}[index_], &element_, sizeof element_);`];
  return {
    declare: [],
    check: [
      `response_.${name}.count > ${parameter.capacity}`,
      `!vmp_wire_span_valid(${reader}, &response_.${name}, ${element.smallest}, ${element.alignment})`,
    ],
    give: [
      `for (uint64_t index_ = 0; index_ < response_.${name}.count && status_ == VMP_OK; index_++) {`,
      `  ${element.name} element_;`,
      `  vmp_wire_element(${reader}, &response_.${name}, index_, &element_, sizeof element_);`,
      ...(check === "" ? [] : [`  if (!${check}) status_ = VMP_ERROR_MALFORMED;`]),
      ...give,
      "}",
      `*${parameter.count} = response_.${name}.count;`,
    ],
  };
}

function refuse(table: InterfaceType, method: Method): string[] {
  const names = cParameters(method).map((parameter) => /(\w+)$/.exec(parameter)?.[1] as string);
  const ignored = names.map((name) => `  (void)${name};`);
  const answer =
    method.returns === "status"
      ? [
          `  return ${method.error ? 'vmp_wire_explain(error, VMP_ERROR_UNSUPPORTED, "NATIVE_ONLY", "this method works inside one process only")' : "VMP_ERROR_UNSUPPORTED"};`,
        ]
      : method.returns === "void"
        ? []
        : [`  return ${method.returns.kind === "pointer" ? "NULL" : method.unreachable};`];
  return [
    ...cCall(
      "",
      `static inline ${cReturnType(method)} ${table.name}_proxy_${method.name}`.replace("* ", "*"),
      cParameters(method),
      " {",
    ),
    ...ignored,
    ...answer,
    "}",
    "",
  ];
}

const kinds = { synchronous: "SYNCHRONOUS", asynchronous: "ASYNCHRONOUS", posted: "POSTED" } as const;

function callMethod(table: InterfaceType, method: Method): string[] {
  if (method.nativeOnly) return refuse(table, method);
  const request = requestOf(method);
  const response = responseOf(method);
  const error = method.error ? "error" : "NULL";
  const outs = method.parameters.map(takeOut);
  const spans = method.parameters.filter((parameter) => isOut(parameter) && parameter.kind === "span");
  const outSize = method.parameters.reduce(
    (sum, parameter) =>
      sum + (parameter.kind === "layout" && parameter.direction === "out" ? 2 * parameter.layout.size + 8 : 0),
    0,
  );
  const callbacks = method.parameters.filter((parameter) => parameter.kind === "callback");
  const body: string[] = ["  vmp_transport *transport_ = (vmp_transport *)self;", "  vmp_wire_call call_;"];
  if (request.size > 0) body.push(`  ${messageName(table, method, "request")} request_;`);
  if (response.size > 0) body.push(`  ${messageName(table, method, "response")} response_;`);
  if (typeof method.returns === "object" && method.returns.kind !== "pointer")
    body.push(`  ${cType(method.returns)} returned_ = ${method.unreachable};`);
  body.push(
    `  uint64_t room_ = ${response.size + outSize};`,
    "  vmp_status status_;",
    ...outs.flatMap((out) => out.declare).map((text) => `  ${text}`),
  );
  body.push(`  vmp_wire_call_open(&call_, ${request.size});`);
  if (request.size > 0) {
    body.push(
      "  memset(&request_, 0, sizeof request_);",
      ...method.parameters.flatMap((parameter) => putIn(parameter, error)).map((text) => `  ${text}`),
      "  if (call_.writer.status == VMP_OK) memcpy(call_.writer.data, &request_, sizeof request_);",
    );
  } else {
    body.push(...method.parameters.flatMap((parameter) => putIn(parameter, error)).map((text) => `  ${text}`));
  }
  const sent = [
    "&call_",
    "transport_",
    String(methodNumber(table, method)),
    `VMP_MESSAGE_${kinds[method.mode]}`,
    "room_",
    method.cancellable ? "cancellation" : "NULL",
    error,
  ];
  body.push(...cCall("  ", "status_ = vmp_wire_call_send", sent, ";"));
  for (const parameter of callbacks) {
    if (parameter.kind === "callback") {
      body.push(
        `  ${parameter.lifetime === "call" ? "" : "if (status_ != VMP_OK) "}vmp_wire_withdraw_callback(transport_, request_.${parameter.name});`,
      );
    }
  }
  const returned = responseSlots(method);
  const checks = [...reservedChecks(response, "response_"), ...returned.check, ...outs.flatMap((out) => out.check)];
  const gives = [...returned.give, ...outs.flatMap((out) => out.give)];
  if (method.mode !== "posted" && response.size > 0) {
    const conditions = [`!vmp_wire_fixed(${reader}, &response_, sizeof response_)`, ...checks];
    body.push(
      "  if (status_ == VMP_OK) {",
      `    if (${conditions.join(" ||\n        ")}) {`,
      `      status_ = vmp_wire_malformed_answer(${error});`,
      "    } else {",
      ...gives.map((text) => `      ${text}`),
      "    }",
      "  }",
    );
    if (spans.length > 0) {
      body.push(
        "  if (status_ == VMP_ERROR_TOO_SMALL) {",
        ...spans.map(
          (parameter, index) =>
            `    *${parameter.kind === "span" ? parameter.count : ""} = vmp_wire_call_needed(&call_, ${index});`,
        ),
        "  }",
      );
    }
  }
  body.push("  vmp_wire_call_close(&call_);");
  if (method.returns === "status") body.push("  return status_;");
  else if (method.returns !== "void") body.push("  return returned_;");
  else body.push("  (void)status_;");
  const result = cReturnType(method);
  return [
    ...cCall(
      "",
      `static inline ${result}${result.endsWith("*") ? "" : " "}${table.name}_proxy_${method.name}`,
      cParameters(method).map(cleanParameter),
      " {",
    ),
    ...body,
    "}",
    "",
  ];
}

function responseSlots(method: Method): { check: string[]; give: string[] } {
  if (typeof method.returns !== "object" || method.returns.kind === "pointer") return { check: [], give: [] };
  const check =
    method.returns.kind === "enumeration" && checksValues(method.returns)
      ? [`!${enumerationHelper(method.returns)}(&response_.returned)`]
      : [];
  return { check, give: ["returned_ = response_.returned;"] };
}

export function proxy(table: InterfaceType): string[] {
  return [
    ...table.methods.flatMap((method) => callMethod(table, method)),
    "/* self is a vmp_transport, or begins with one. */",
    `static const ${table.name} ${table.name}_proxy VMP_WIRE_UNUSED = {`,
    `    sizeof(${table.name}),`,
    "    0,",
    ...table.methods.map((method) => `    ${table.name}_proxy_${method.name},`),
    "};",
    "",
  ];
}
