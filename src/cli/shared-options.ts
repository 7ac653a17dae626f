/** Options that several commands have, one text each. */
import type { OptionDescription } from "./options.ts";

export const homeOption = {
  value: "DIR",
  help: "folder of installed plugins (default: $VM_PLUGIN_HOME, else $XDG_DATA_HOME/vm-plugin)",
  complete: "folder",
} satisfies OptionDescription;

export const jsonOption = { help: "print one JSON document" } satisfies OptionDescription;
