/** Text that every output shares: wrapped comments and the first line of a generated file. */

export const lineWidth = 120;

/** Words broken into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** A C comment before what it is about. */
export function cComment(text: string, indent = ""): string[] {
  if (text === "") return [];
  const single = `${indent}/* ${text} */`;
  if (single.length <= lineWidth && !text.includes("\n")) return [single];
  const lines = wrap(text, lineWidth - indent.length - 3);
  const last = lines.length - 1;
  // The closing mark needs three columns of the last line.
  const closed = `${indent} * ${lines[last]} */`.length <= lineWidth;
  return [
    ...lines.map(
      (line, index) => `${indent}${index === 0 ? "/* " : " * "}${line}${index === last && closed ? " */" : ""}`,
    ),
    ...(closed ? [] : [`${indent} */`]),
  ];
}

/** A documentation comment of TypeScript. */
export function docComment(text: string, indent = ""): string[] {
  if (text === "") return [];
  const clean = text.replaceAll("*/", "* /");
  const single = `${indent}/** ${clean} */`;
  if (single.length <= lineWidth) return [single];
  return [
    `${indent}/**`,
    ...wrap(clean, lineWidth - indent.length - 3).map((line) => `${indent} * ${line}`),
    `${indent} */`,
  ];
}

export function generatedFrom(file: string): string {
  return `Generated from the contract in ${file} by \`npm run generate\`. Do not edit.`;
}

/** The place behind the parenthesis that closes the one at `open`. */
function closing(line: string, open: number): number {
  let depth = 0;
  for (let at = open; at < line.length; at++) {
    if (line[at] === "(") depth++;
    if (line[at] === ")" && --depth === 0) return at + 1;
  }
  return -1;
}

/** A line of C that is too long, as several: behind the condition of an if, else behind a comma or an operator. */
export function foldC(line: string): string[] {
  if (line.length <= lineWidth) return [line];
  const indent = /^ */.exec(line)?.[0] ?? "";
  const condition = /^ *(?:if|for) \(/.exec(line);
  if (condition !== null) {
    const end = closing(line, condition[0].length - 1);
    if (line.endsWith(";") && end > 0)
      return [...foldC(line.slice(0, end)), ...foldC(`${indent}  ${line.slice(end + 1)}`)];
  }
  const breaks = [", ", " = ", " || "].map((mark) => {
    const at = line.lastIndexOf(mark, lineWidth - mark.length);
    return at < indent.length ? -1 : at + mark.trimEnd().length;
  });
  const at = Math.max(...breaks);
  if (at < 0) return [line];
  return [line.slice(0, at), ...foldC(`${indent}    ${line.slice(at).trimStart()}`)];
}
