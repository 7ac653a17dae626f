/**
 * TOML 1.0 by smol-toml. Holds no null and no half of a surrogate pair; an integer beyond 2^53 is written as a float. Refused
 * on reading: dates, and integers that a double does not hold.
 */
import { parse, stringify } from "smol-toml";
import { maximalDepth } from "../json.ts";
import { type Format, notRepresentable } from "./format.ts";
import { loneSurrogate, visitValues } from "./visit.ts";

export const toml: Format = {
  parse: (text) => parse(text, { maxDepth: maximalDepth + 1 }),
  format(value) {
    visitValues(value, (item, steps) => {
      if (item === null) throw notRepresentable("toml", steps, "TOML has no null");
      if (typeof item === "string" && loneSurrogate.test(item))
        throw notRepresentable("toml", steps, "half of a surrogate pair is no text");
    });
    return `${stringify(value)}\n`;
  },
};
