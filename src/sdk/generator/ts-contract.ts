/** The TypeScript module of one contract. */
import type { Contract, InterfaceType } from "../../contracts/language/index.ts";
import { travellingTables } from "./messages.ts";
import { generatedFrom } from "./text.ts";
import { addClients } from "./ts-client.ts";
import { addDispatcher } from "./ts-dispatcher.ts";
import { addEnumeration } from "./ts-enumerations.ts";
import { addFacts } from "./ts-facts.ts";
import { addHandles } from "./ts-handle.ts";
import { addLayout, isValue } from "./ts-layouts.ts";
import { addInterface } from "./ts-methods.ts";
import type { ModuleSettings } from "./ts-module.ts";
import { TypeScriptModule } from "./ts-module.ts";
import { addView, hasView } from "./ts-views.ts";

/** Whether plugins in TypeScript can provide the point: every method that they must have can leave its process. */
export function isImplementable(contract: Contract): boolean {
  const { table } = contract;
  return (
    contract.kind === "point" &&
    table !== undefined &&
    table.methods.every((method) => !method.nativeOnly || method.optional)
  );
}

function addTable(module: TypeScriptModule, table: InterfaceType, contract: Contract): void {
  addInterface(module, table);
  addClients(module, table, table === contract.table ? contract.id : table.name);
  addDispatcher(module, table);
}

export function typescriptContract(contract: Contract, source: string, settings: ModuleSettings): string {
  const module = new TypeScriptModule(settings);
  for (const declaration of contract.declarations) {
    if (declaration.kind === "constant")
      module.add(`export const ${declaration.name} = ${JSON.stringify(declaration.value)};`, "");
    if (declaration.kind === "enumeration") addEnumeration(module, declaration);
    if (declaration.kind === "layout" && isValue(declaration)) addLayout(module, declaration);
    if (declaration.kind === "layout" && hasView(declaration)) addView(module, declaration);
  }
  addFacts(module, contract);
  for (const table of travellingTables(contract)) addTable(module, table, contract);
  if (isImplementable(contract)) addHandles(module, contract);
  const body = module.lines.join("\n").trimEnd();
  return [`// ${contract.summary} ${generatedFrom(source)}`, ...module.importLines(), "", body, ""].join("\n");
}
