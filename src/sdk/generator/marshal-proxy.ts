/** C: a table whose functions turn into bytes, go through a transport, and come back. */
import type { InterfaceType, Method } from "../../contracts/language/index.ts";
import { cCall, cParameters, cReturnType, cType } from "./c-types.ts";
import { checksValues, enumerationHelper } from "./marshal-helpers.ts";
import { messageName, reservedChecks } from "./marshal-messages.ts";
import { putIn, reader, takeOut } from "./marshal-proxy-parameters.ts";
import { isOut, methodNumber, requestOf, responseOf } from "./messages.ts";

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

function callMethod(table: InterfaceType, method: Method): string[] {
  if (method.nativeOnly) return refuse(table, method);
  const request = requestOf(method);
  const response = responseOf(method);
  const error = method.error ? "error" : "NULL";
  const outs = method.parameters.map((parameter) => takeOut(parameter, error));
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
    `VMP_MESSAGE_${method.mode.toUpperCase()}`,
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
      cParameters(method),
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
