/** How deep a YAML text nests, before it is parsed. */
import { CST, Lexer } from "yaml";

/** Levels, generously counted. The parser takes several times as many. */
const deepest = 200;

/**
 * Throws where a text nests so deep that parsing it would come near the end of the stack: V8 gives up the whole process when
 * it has to compile a regular expression there. The lexer does not recurse.
 */
export function checkDepth(text: string): void {
  /** Columns at which something that is still open began. */
  const open: number[] = [];
  let brackets = 0;
  let column = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    // Marks of the lexer's own, which are not in the text.
    if (token === CST.SCALAR || token === CST.DOCUMENT || token === CST.FLOW_END || token === CST.BOM) continue;
    if (type === "flow-map-start" || type === "flow-seq-start") brackets++;
    else if (type === "flow-map-end" || type === "flow-seq-end") brackets--;
    else if (brackets <= 0 && type !== "space" && type !== "newline" && type !== "comment") {
      while ((open.at(-1) ?? -1) > column) open.pop();
      if (open.at(-1) !== column) open.push(column);
    }
    if (open.length + brackets > deepest) throw new Error("it nests too deep");
    column = token.endsWith("\n") ? 0 : column + token.length;
  }
}
