/** C: bytes to a call of a table, and its results to bytes. */
import type { InterfaceType, Method } from "../../contracts/language/index.ts";
import { cCall } from "./c-types.ts";
import { defaultsOf } from "./marshal-defaults.ts";
import { messageName, reservedChecks } from "./marshal-messages.ts";
import { argumentsOf, giveOut, makeRoom, malformed, takeIn } from "./marshal-stub-parameters.ts";
import { isOut, methodNumber, needsEnvironment, requestOf, responseOf, travellingMethods } from "./messages.ts";

function answerMethod(table: InterfaceType, method: Method): string[] {
  const request = requestOf(method);
  const response = responseOf(method);
  const taken = method.parameters.map(takeIn);
  const rooms = method.parameters.map(makeRoom);
  const imports = method.parameters.filter(
    (parameter) => parameter.kind === "callback" || (parameter.kind === "value" && parameter.type.kind === "handle"),
  );
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
  body.push(
    `  if (${guard}VMP_HAS(table, ${table.name}, ${method.name})) {`,
    ...cCall("    ", `${assign}table->${method.name}`, parameters, ";"),
  );
  const missing = hasStatus
    ? "status = vmp_wire_answer_missing(answer);"
    : "return vmp_wire_answer_failure(answer, vmp_wire_answer_missing(answer), NULL, 0);";
  const otherwise = method.optional ? defaultsOf(method) : [missing];
  if (otherwise.length > 0) {
    body.push(
      imports.length > 0 ? "  } else if (status == VMP_OK) {" : "  } else {",
      ...otherwise.map((text) => `    ${text}`),
    );
  }
  body.push("  }");
  for (const parameter of imports) {
    if (parameter.kind === "callback" && parameter.lifetime === "call")
      body.push(`  vmp_wire_release_callback(answer, in_${parameter.name});`);
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
    ...cCall(
      "",
      `static inline vmp_status ${table.name}_answer_${method.name}`,
      [`const ${table.name} *table`, "void *self", "vmp_wire_answer *answer"],
      " {",
    ),
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
  const methods = travellingMethods(table);
  const environment = needsEnvironment(table);
  const lines = methods.flatMap((method) => answerMethod(table, method));
  lines.push(
    "/* Answers one request. request and response begin at a multiple of 8; response holds VMP_WIRE_RESPONSE_MINIMUM bytes or",
    " * more. The status of the call; MALFORMED for bytes that break the format, whatever they are. */",
    ...cCall(
      "",
      `static inline vmp_status ${table.name}_stub`,
      [
        `const ${table.name} *table`,
        "void *self",
        ...stubParameters,
        ...(environment ? ["vmp_stub_environment *environment"] : []),
      ],
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
      ...cCall(
        "",
        `static inline vmp_status ${table.name}_stub_erased`,
        ["const void *table", "void *self", ...stubParameters],
        " {",
      ),
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
