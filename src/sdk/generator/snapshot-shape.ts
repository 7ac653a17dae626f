/** What of a contract binary compatibility depends on, as plain data. */
import type {
  Contract,
  EnumerationType,
  Field,
  InterfaceType,
  LayoutType,
  Method,
} from "../../contracts/language/index.ts";
import { cParameters, cReturnType, cType } from "./c-types.ts";

export interface FieldShape {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  readonly reserved?: true;
}

export interface LayoutShape {
  readonly size: number;
  readonly growth: string;
  readonly fields: readonly FieldShape[];
}

export interface EnumerationShape {
  readonly storage: string;
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

function methodShape(method: Method): MethodShape {
  const { name, mode, thread, optional, nativeOnly } = method;
  return { name, returns: cReturnType(method), parameters: cParameters(method), mode, thread, optional, nativeOnly };
}

function typeShape(type: Field["type"]): string {
  switch (type.kind) {
    case "array":
      return `${cType(type.element)}[${type.length}]`;
    case "characters":
      return `char[${type.size}]`;
    case "union":
      return `union { ${Object.entries(type.members)
        .map(([name, member]) => `${typeShape(member)} ${name};`)
        .join(" ")} }`;
    case "function":
      return `${cReturnType(type.method)} (*)(${cParameters(type.method).join(", ")})`;
    case "enumeration":
      return `${cType(type)} of ${type.prefix}`;
    default:
      return cType(type).trim();
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
  return { size: layout.size, growth: layout.growth, fields };
}

function enumerationShape(type: EnumerationType): EnumerationShape {
  return { storage: cType(type), values: Object.fromEntries([...type.values].map(([key, { value }]) => [key, value])) };
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
