/** C: how a stub decodes each parameter, makes room for each result, and writes it. */
import type { Parameter } from "../../contracts/language/index.ts";
import { saysItsSize } from "../../contracts/language/layout.ts";
import { alignmentOf } from "../../contracts/language/sizes.ts";
import { cCall, cType } from "./c-types.ts";
import { checkCall, checksValues, enumerationHelper } from "./marshal-helpers.ts";
import { isOut } from "./messages.ts";

export const malformed = "return VMP_ERROR_MALFORMED;";

/** The refusal of a handle or callback that is 0, unless it may be. */
function refuseAbsent(slot: string, nullable = false): string[] {
  return nullable ? [] : [`if (${slot} == 0) ${malformed}`];
}

/** Declarations, then the decoding of what goes in. */
export function takeIn(parameter: Parameter): { declare: string[]; decode: string[] } {
  const name = parameter.name;
  const span = `request.${name}`;
  const reader = "&answer->reader";
  switch (parameter.kind) {
    case "value": {
      const { type } = parameter;
      if (type.kind === "handle")
        return { declare: [`void *in_${name} = NULL;`], decode: refuseAbsent(span, parameter.nullable) };
      if (type.kind === "string") {
        return {
          declare: [`vmp_string in_${name};`],
          decode: [`if (!vmp_wire_string(${reader}, &${span}, &in_${name})) ${malformed}`],
        };
      }
      const check = type.kind === "enumeration" && checksValues(type);
      return { declare: [], decode: check ? [`if (!${enumerationHelper(type)}(&${span})) ${malformed}`] : [] };
    }
    case "callback":
      return { declare: [`vmp_transport *in_${name} = NULL;`], decode: refuseAbsent(span, parameter.nullable) };
    case "layout": {
      if (parameter.direction === "out") return { declare: [], decode: [] };
      const { layout } = parameter;
      const check = checkCall(layout, reader, `&in_${name}`, `${span}.stride`);
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
          decode: [
            `if (!vmp_wire_numbers(${reader}, &${span}, ${element.size}, &in_${name}, &in_${parameter.count})) ${malformed}`,
          ],
        };
      }
      const check = checkCall(element, reader, `&in_${name}[index]`, `${span}.stride`);
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
export function makeRoom(parameter: Parameter): { declare: string[]; prepare: string[] } {
  const name = parameter.name;
  if (parameter.kind === "result") return { declare: [`${cType(parameter.type)} out_${name} = 0;`], prepare: [] };
  if (parameter.kind === "layout" && parameter.direction === "out") {
    return {
      declare: [`${parameter.layout.name} out_${name};`, `uint64_t at_${name};`],
      prepare: [
        `memset(&out_${name}, 0, sizeof out_${name});`,
        ...(saysItsSize(parameter.layout) ? [`out_${name}.struct_size = sizeof out_${name};`] : []),
        `at_${name} = vmp_wire_reserve(&answer->writer, sizeof out_${name}, 8);`,
      ],
    };
  }
  if (!isOut(parameter) || parameter.kind !== "span") return { declare: [], prepare: [] };
  const type = cType(parameter.element);
  const sized = parameter.element.kind === "layout" && saysItsSize(parameter.element);
  return {
    declare: [`${type} *out_${name};`, `uint64_t out_${parameter.count} = 0;`, `uint64_t at_${name};`],
    prepare: [
      `at_${name} = vmp_wire_answer_room(answer, &request.${parameter.capacity}, sizeof *out_${name});`,
      `if (answer->writer.status != VMP_OK) return answer->writer.status;`,
      `out_${name} = (${type} *)(void *)(answer->writer.data + at_${name});`,
      ...(sized
        ? [
            `for (uint64_t index = 0; index < request.${parameter.capacity}; index++) out_${name}[index].struct_size = sizeof *out_${name};`,
          ]
        : []),
    ],
  };
}

export function argumentsOf(parameter: Parameter): string[] {
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
        return [
          `(${qualifier} ${type} *)in_${name}`,
          `request.${name}.count`,
          ...(parameter.stride ? [`request.${name}.stride`] : []),
        ];
      }
      if (parameter.direction === "out") {
        return [
          `out_${name}`,
          `request.${parameter.capacity}`,
          ...(parameter.stride ? [`sizeof *out_${name}`] : []),
          `&out_${parameter.count}`,
        ];
      }
      if (parameter.element.kind === "scalar") return [`(const ${type} *)in_${name}`, `in_${parameter.count}`];
      return [`in_${name}`, `request.${name}.count`, ...(parameter.stride ? [`sizeof *in_${name}`] : [])];
    }
    case "native":
      throw new Error("a native parameter does not travel");
  }
}

export function giveOut(parameter: Parameter): string[] {
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
