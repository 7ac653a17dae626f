import { contracts } from "../../contracts/all.ts";
import { type Output, outputsOf } from "./outputs.ts";
import { providerRules } from "./provider-rules.ts";
import { timeouts } from "./ts-timeouts.ts";

/** Where they go, below the package. */
export const ownFolders = {
  include: "native/include",
  typescript: "src/contracts/generated",
  core: "native/core/module",
} as const;

/** The outputs of this package's own contracts, relative to its root. */
export function ownOutputs(): Output[] {
  const sources = contracts.map((contract) => ({ contract, source: `src/contracts/${contract.file}.ts` }));
  const outputs = outputsOf(sources, {
    include: ownFolders.include,
    typescript: ownFolders.typescript,
    runtime: "../runtime/index.ts",
    foreign: "",
    isOwn: true,
  });
  return [
    ...outputs,
    { path: `${ownFolders.typescript}/timeouts.ts`, text: timeouts(contracts) },
    { path: `${ownFolders.core}/provider_rules.h`, text: providerRules(contracts) },
  ];
}
