/** What the generator writes for a set of contracts: path relative to a root, and text. */
import type { Contract } from "../../contracts/language/index.ts";
import { cHeader } from "./c-header.ts";
import { marshalHeader, marshalPath } from "./marshal-header.ts";

export interface Output {
  readonly path: string;
  readonly text: string;
}

export interface OutputFolders {
  /** Where C headers go; their paths below it are the contracts' own. */
  readonly include: string;
  /** Where TypeScript goes. */
  readonly typescript: string;
}

export function outputsOf(contracts: readonly { contract: Contract; source: string }[], folders: OutputFolders): Output[] {
  const outputs: Output[] = [];
  for (const { contract, source } of contracts) {
    outputs.push({ path: `${folders.include}/${contract.header}`, text: cHeader(contract, source) });
    const marshal = marshalHeader(contract, source);
    if (marshal !== undefined) outputs.push({ path: `${folders.include}/${marshalPath(contract)}`, text: marshal });
  }
  return outputs;
}
