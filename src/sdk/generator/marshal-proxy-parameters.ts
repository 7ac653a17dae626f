/** C: how a proxy puts each parameter into its request, and takes each result out of the response. */
import type { LayoutType, Parameter } from "../../contracts/language/index.ts";
import { saysItsSize } from "../../contracts/language/layout.ts";
import { isPlain } from "../../contracts/language/travel.ts";
import { checkCall, checksValues, enumerationHelper } from "./marshal-helpers.ts";
import { isOut } from "./messages.ts";

// A trailing underscore keeps the names of the generator apart from those of a contract.
const writer = "&call_.writer";
export const reader = "&call_.reader";

/** The bytes of a layout that the caller knows. */
function known(layout: LayoutType, name: string): string {
  return saysItsSize(layout)
    ? `(${name}->struct_size < sizeof *${name} ? ${name}->struct_size : (uint32_t)sizeof *${name})`
    : `(uint32_t)sizeof *${name}`;
}

/** Statements that put one parameter into the request. */
export function putIn(parameter: Parameter, error: string): string[] {
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
      const tooOld = saysItsSize(layout)
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
export function takeOut(parameter: Parameter, error: string): { declare: string[]; check: string[]; give: string[] } {
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
    const check = checkCall(layout, reader, `&out_${name}_`, `response_.${name}.stride`);
    const skip = saysItsSize(layout) ? 4 : 0;
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
  const check = checkCall(element, reader, "&element_", `response_.${name}.stride`);
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
      `for (uint64_t index_ = 0; index_ < response_.${name}.count; index_++) {`,
      `  ${element.name} element_;`,
      `  vmp_wire_element(${reader}, &response_.${name}, index_, &element_, sizeof element_);`,
      ...(check === ""
        ? []
        : [`  if (!${check}) {`, `    status_ = vmp_wire_malformed_answer(${error});`, "    break;", "  }"]),
      ...give,
      "}",
      `${check === "" ? "" : "if (status_ == VMP_OK) "}*${parameter.count} = response_.${name}.count;`,
    ],
  };
}
