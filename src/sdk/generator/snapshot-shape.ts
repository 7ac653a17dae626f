/** What of a contract binary compatibility depends on, as plain data. */
import type {
  Contract,
  EnumerationType,
  FieldType,
  InterfaceType,
  LayoutType,
  Method,
  Parameter,
} from "../../contracts/language/index.ts";
import { cParameter, cParameters, cReturnType, cType } from "./c-types.ts";

export interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  readonly reserved?: true;
}

export interface LayoutShape {
  readonly size: number;
  /** Senders of less are answered MALFORMED. */
  readonly smallest: number;
  readonly growth: string;
  readonly fields: readonly FieldShape[];
}

export interface EnumerationShape {
  readonly storage: string;
  /** What becomes of a value that is none of these. */
  readonly unknown: string;
  readonly flags: boolean;
  readonly values: Readonly<Record<string, number>>;
}

export interface MethodShape {
  readonly name: string;
  readonly returns: string;
  readonly parameters: readonly string[];
  readonly mode: string;
  readonly thread: string;
  readonly optional: boolean;
  readonly nativeOnly: boolean;
}

export interface ContractShape {
  /** "major.minor" */
  readonly version: string;
  readonly kind: string;
  readonly header: string;
  readonly tiers: readonly string[];
  readonly constants: Readonly<Record<string, number | string>>;
  readonly enumerations: Readonly<Record<string, EnumerationShape>>;
  readonly layouts: Readonly<Record<string, LayoutShape>>;
  readonly tables: Readonly<Record<string, readonly MethodShape[]>>;
  /** Types and symbols of which only the name is seen. */
  readonly names: readonly string[];
}

/** Contracts by id. */
export type Shape = Readonly<Record<string, ContractShape>>;

/** What C's spelling of a type does not say and both sides must agree on. */
function note(type: FieldType): string {
  if (type.kind === "enumeration") return ` of ${type.prefix}`;
  return type.kind === "scalar" && type.size === 8 && !type.name.startsWith("f") && type.as === "number"
    ? " as number"
    : "";
}

function parameterNote(parameter: Parameter): string {
  switch (parameter.kind) {
    case "value":
      return `${note(parameter.type)}${parameter.nullable ? " or none" : ""}`;
    case "result":
      return note(parameter.type);
    case "span":
      return `${note(parameter.element)}${parameter.lifetime === "instance" ? " of the instance" : ""}`;
    case "callback":
      return `${parameter.lifetime === "instance" ? " of the instance" : ""}${parameter.nullable ? " or none" : ""}`;
    default:
      return "";
  }
}

/** As in C, with what C does not say behind the type: "uint32_t of VMP_ACTION *action". */
function parameterShape(parameter: Parameter): string[] {
  const [first, ...rest] = cParameter(parameter) as [string, ...string[]];
  return [first.replace(/ (\**\w+)$/, `${parameterNote(parameter)} $1`), ...rest];
}

function returnShape(method: Method): string {
  return `${cReturnType(method)}${typeof method.returns === "object" ? note(method.returns) : ""}`;
}

function methodShape(method: Method): MethodShape {
  const { name, mode, thread, optional, nativeOnly } = method;
  const parameters = cParameters(method, parameterShape);
  return { name, returns: returnShape(method), parameters, mode, thread, optional, nativeOnly };
}

function typeShape(type: FieldType): string {
  switch (type.kind) {
    case "array":
      return `${typeShape(type.element)}[${type.length}]`;
    case "items":
      return `const ${typeShape(type.element)} *`;
    case "characters":
      return `char[${type.size}]`;
    case "union":
      return `union { ${Object.entries(type.members)
        .map(([name, member]) => `${typeShape(member)} ${name};`)
        .join(" ")} }`;
    case "function":
      return `${returnShape(type.method)} (*)(${cParameters(type.method, parameterShape).join(", ")})`;
    default:
      return `${cType(type).trim()}${note(type)}`;
  }
}

function layoutShape(layout: LayoutType): LayoutShape {
  const fields = layout.fields.map(({ name, type, offset, size, reserved }) => ({
    name,
    type: typeShape(type),
    offset,
    size,
    ...(reserved ? { reserved: true as const } : {}),
  }));
  return { size: layout.size, smallest: layout.smallest, growth: layout.growth, fields };
}

function enumerationShape(type: EnumerationType): EnumerationShape {
  const { unknown, flags } = type;
  return {
    storage: cType(type),
    unknown: typeof unknown === "object" ? `become ${unknown.as}` : unknown,
    flags,
    values: Object.fromEntries([...type.values].map(([key, { value }]) => [key, value])),
  };
}

function contractShape(contract: Contract): ContractShape {
  const constants: Record<string, number | string> = {};
  const enumerations: Record<string, EnumerationShape> = {};
  const layouts: Record<string, LayoutShape> = {};
  const tables: Record<string, readonly MethodShape[]> = {};
  const names: string[] = [];
  const addTable = (table: InterfaceType) => {
    tables[table.name] = table.methods.map(methodShape);
  };
  for (const declaration of contract.declarations) {
    switch (declaration.kind) {
      case "constant":
        constants[declaration.name] = declaration.value;
        break;
      case "enumeration":
        enumerations[declaration.prefix] = enumerationShape(declaration);
        break;
      case "layout":
        layouts[declaration.name] = layoutShape(declaration);
        break;
      case "interface":
        addTable(declaration);
        break;
      default:
        names.push(declaration.name);
    }
  }
  if (contract.table !== undefined) addTable(contract.table);
  const { kind, header, tiers, version } = contract;
  return {
    version: `${version.major}.${version.minor}`,
    kind,
    header,
    tiers,
    constants,
    enumerations,
    layouts,
    tables,
    names,
  };
}

export function shapeOf(contracts: readonly Contract[]): Shape {
  return Object.fromEntries(contracts.map((contract) => [contract.id, contractShape(contract)]));
}
