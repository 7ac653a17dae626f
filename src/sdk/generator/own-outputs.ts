import { contracts } from "../../contracts/all.ts";
import { type Output, outputsOf } from "./outputs.ts";

/** Where they go, below the package. */
export const ownFolders = { include: "native/include", typescript: "src/contracts/generated" } as const;

/** The outputs of this package's own contracts, relative to its root. */
export function ownOutputs(): Output[] {
  const sources = contracts.map((contract) => ({ contract, source: `src/contracts/${contract.file}.ts` }));
  return outputsOf(sources, {
    include: ownFolders.include,
    typescript: ownFolders.typescript,
    runtime: "../runtime/index.ts",
    foreign: "",
    isOwn: true,
  });
}
