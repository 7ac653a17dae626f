/** C: how much room whoever calls a stub offers for the answer. */
import type { InterfaceType, Method } from "../../contracts/language/index.ts";
import { cCall, cType } from "./c-types.ts";
import { messageName } from "./marshal-messages.ts";
import { methodNumber, requestOf, responseMinimum, responseOf, travellingMethods } from "./messages.ts";

/** Bytes that the answers of a method take beside its out spans, each part at a multiple of 8. */
function answerSize(method: Method): number {
  return method.parameters.reduce(
    (sum, parameter) =>
      sum + (parameter.kind === "layout" && parameter.direction === "out" ? parameter.layout.size + 8 : 0),
    responseOf(method).size,
  );
}

export function room(table: InterfaceType): string[] {
  const methods = travellingMethods(table);
  const cases = methods.flatMap((method) => {
    const capacities = requestOf(method).slots.filter((slot) => slot.role === "capacity");
    const size = answerSize(method);
    if (capacities.length === 0 && size <= responseMinimum) return [];
    const name = messageName(table, method, "request");
    return [
      `    case ${methodNumber(table, method)}: {`,
      ...(capacities.length === 0
        ? [`      room = ${size};`]
        : [
            `      ${name} fixed;`,
            "      if (size < sizeof fixed) break;",
            "      memcpy(&fixed, request, sizeof fixed);",
            ...capacities.map(({ name, parameter }, index) => {
              const element = parameter?.kind === "span" ? cType(parameter.element) : "";
              return `      room = vmp_wire_room(${index === 0 ? size : "room"}, &fixed.${name}, sizeof(${element}));`;
            }),
          ]),
      "      break;",
      "    }",
    ];
  });
  return [
    "/* Bytes that the answer to a request may take: what the stub is given beyond them it has no use for. */",
    ...cCall(
      "",
      `static inline uint64_t ${table.name}_room`,
      ["uint32_t method", "const uint8_t *request", "uint64_t size"],
      " {",
    ),
    ...(cases.length === 0
      ? ["  (void)method;", "  (void)request;", "  (void)size;", "  return VMP_WIRE_RESPONSE_MINIMUM;"]
      : [
          "  uint64_t room = 0;",
          ...(cases.some((line) => line.includes("size <")) ? [] : ["  (void)request;", "  (void)size;"]),
          "  switch (method) {",
          ...cases,
          "    default:",
          "      break;",
          "  }",
          "  return room < VMP_WIRE_RESPONSE_MINIMUM ? VMP_WIRE_RESPONSE_MINIMUM : room;",
        ]),
    "}",
    "",
  ];
}
