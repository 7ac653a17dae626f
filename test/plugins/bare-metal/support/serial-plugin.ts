/** The serial port once more, as a plugin in TypeScript: its line is a file. */
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginFolder } from "../../../machine/plugin-folder.ts";

/** output: what guests have sent to it so far. */
export function serialPlugin(): { readonly plugin: string; output(): string } {
  const head = 'import { fileURLToPath } from "node:url"; import { serialPort } from "./serial-port.ts";';
  const line = 'fileURLToPath(new URL("./line", import.meta.url))';
  const plugin = pluginFolder("device.virtual", `serialPort(${line})`, { head });
  copyFileSync(join(import.meta.dirname, "serial-port.ts"), join(plugin, "serial-port.ts"));
  const path = join(plugin, "line");
  return { plugin, output: () => (existsSync(path) ? readFileSync(path, "latin1") : "") };
}
