/** What the generator writes for a set of contracts. */
import type { Contract } from "../../contracts/language/index.ts";
import { cHeader } from "./c-header.ts";
import { marshalHeader, marshalPath } from "./marshal-header.ts";
import { referencePage } from "./reference.ts";
import { typescriptContract } from "./ts-contract.ts";
import { typescriptIndex } from "./ts-index.ts";
import type { Declared } from "./ts-module.ts";

export interface Output {
  readonly path: string;
  readonly text: string;
}

export interface OutputSettings {
  /** Where C headers go; their paths below it are the contracts' own. */
  readonly include: string;
  /** Where TypeScript goes. */
  readonly typescript: string;
  /** What generated TypeScript imports its runtime from. */
  readonly runtime: string;
  /** The contracts are those of this package. */
  readonly isOwn: boolean;
  /** What it imports the declarations of other packages' contracts from. */
  readonly foreign: string;
}

export interface ContractSource {
  readonly contract: Contract;
  /** The contract's file, as a person would look for it. */
  readonly source: string;
}

function ownersOf(sources: readonly ContractSource[]): Map<Declared, Contract> {
  const owners = new Map<Declared, Contract>();
  const visit = (contract: Contract): void => {
    for (const declaration of contract.declarations) {
      if (declaration.kind === "enumeration" || declaration.kind === "layout") owners.set(declaration, contract);
    }
    contract.uses.forEach(visit);
  };
  for (const { contract } of sources) visit(contract);
  return owners;
}

export function outputsOf(sources: readonly ContractSource[], settings: OutputSettings): Output[] {
  const outputs: Output[] = [];
  const owners = ownersOf(sources);
  const own = new Set(sources.map(({ contract }) => contract));
  for (const { contract, source } of sources) {
    outputs.push({ path: `${settings.include}/${contract.header}`, text: cHeader(contract, source, own) });
    const marshal = marshalHeader(contract, source, settings.isOwn);
    if (marshal !== undefined) outputs.push({ path: `${settings.include}/${marshalPath(contract)}`, text: marshal });
    const importOf = (declared: Declared): string => {
      const owner = owners.get(declared);
      if (owner === undefined) throw new Error(`${contract.id}: a type is used that no contract declares`);
      if (owner === contract) return "";
      return own.has(owner) ? `./${owner.file}.ts` : settings.foreign;
    };
    const text = typescriptContract(contract, source, { runtime: settings.runtime, importOf });
    outputs.push({ path: `${settings.typescript}/${contract.file}.ts`, text });
  }
  const contracts = sources.map(({ contract }) => contract);
  outputs.push({ path: `${settings.typescript}/index.ts`, text: typescriptIndex(contracts) });
  outputs.push({ path: `${settings.typescript}/reference.md`, text: referencePage(contracts, settings.isOwn) });
  return outputs;
}
