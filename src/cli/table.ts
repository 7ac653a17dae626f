/** Rows under a head, columns aligned. */
import { printable } from "../errors.ts";
import { isTerminal, type Style, styled } from "./style.ts";

/** A cell's text comes from anywhere: it is made printable here. */
export type Cell = string | { readonly text: string; readonly style: Style | undefined };

const gap = 2;
const narrowest = 20;

/** Ends with a newline. On a terminal the last column is cut to its width, so that a row is a line. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map((row) => row.map((cell) => printable(typeof cell === "string" ? cell : cell.text)));
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap, 0);
  const room = isTerminal(1) ? Math.max(narrowest, (process.stdout.columns || 80) - before) : Number.POSITIVE_INFINITY;
  const line = (texts: readonly string[], style: (text: string, column: number) => string) =>
    texts
      .map((text, column) => {
        const last = column === head.length - 1;
        const shown = last && text.length > room ? `${text.slice(0, room - 3)}...` : text;
        return style(shown, column) + (last ? "" : " ".repeat((widths[column] ?? 0) - shown.length + gap));
      })
      .join("")
      .trimEnd();
  const lines = cells.map((texts, index) =>
    line(texts, (text, column) => {
      const cell = rows[index]?.[column];
      return typeof cell === "object" && cell.style !== undefined ? styled(cell.style, text) : text;
    }),
  );
  return `${[line(head, (text) => styled("bold", text)), ...lines].join("\n")}\n`;
}

/** `name   value` lines, names aligned; each ends with a newline. Pairs without a value are left out. */
export function fields(pairs: readonly (readonly [name: string, value: string | undefined])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...shown.map(([name]) => name.length)) + gap;
  return shown
    .map(([name, value]) => `${styled("bold", name)}${" ".repeat(width - name.length)}${printable(value)}\n`)
    .join("");
}
