/** Reports for a person: plain text, right-aligned numbers. */
import { type Report, type Row, verdict } from "./row.ts";

/** Columns as wide as their widest cell; every column but the first is aligned to the right. */
export function formatTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]): string =>
    widths
      .map((width, column) =>
        column === 0 ? (line[column] ?? "").padEnd(width) : (line[column] ?? "").padStart(width),
      )
      .join("  ")
      .trimEnd();
  return [format(head), widths.map((width) => "-".repeat(width)).join("  "), ...lines.map(format)].join("\n");
}

/** Three significant digits, and every digit before the point. */
export function formatNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1000) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}

export function formatReport(report: Report): string {
  const machine = Object.entries(report.machine).map(([key, value]) => `${key}: ${value}`);
  const head = ["row", "ours", "against", "", "unit", "value", "95 % bounds", "bar", "goal", ""];
  const table = formatTable(head, report.rows.map(formatRow));
  const skipped = report.skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`);
  return [`${report.suite} on ${machine.join(", ")}`, "", table, ...skipped].join("\n");
}

function formatRow(row: Row): string[] {
  const value = (number: number): string => {
    const text = formatNumber(number);
    if (row.kind === "ratio") return `${text}x`;
    return row.kind === "difference" && number >= 0 ? `+${text}` : text;
  };
  const optional = (number: number | null): string => (number === null ? "" : formatNumber(number));
  return [
    row.name,
    formatNumber(row.ours),
    row.peer ?? "",
    optional(row.peerValue),
    row.unit,
    value(row.value),
    `${value(row.low)} to ${value(row.high)}`,
    optional(row.bar),
    optional(row.goal),
    verdict(row) ?? "",
  ];
}
