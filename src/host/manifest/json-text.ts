/** JSON as a manifest may hold it: JSON.parse keeps the last of two equal keys and says nothing, so keys are looked at first. */

export type KeyProblem = { readonly kind: "duplicate" | "forbidden" | "depth"; readonly at: string };

const maximalDepth = 64;

/** Names that reach an object's prototype when a path is followed carelessly. */
const prototypeKeys = new Set(["__proto__", "constructor", "prototype"]);

interface Level {
  readonly keys: Set<string> | undefined;
  /** The key or index that is being read. */
  step: string | number;
}

/**
 * The first key problem in `text`, which JSON.parse has accepted. `__proto__` is forbidden everywhere, the other prototype
 * names below `guarded`.
 */
export function findKeyProblem(text: string, guarded: string): KeyProblem | undefined {
  const levels: Level[] = [];
  let keyExpected = false;
  // Outside of strings valid JSON has nothing that looks like one of these.
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      if (levels.length === maximalDepth) return { kind: "depth", at: pathOf(levels.slice(0, 4)) };
      levels.push(token === "{" ? { keys: new Set(), step: "" } : { keys: undefined, step: 0 });
      keyExpected = token === "{";
    } else if (token === "}" || token === "]") {
      levels.pop();
      keyExpected = false;
    } else if (token === ",") {
      if (level?.keys) keyExpected = true;
      else if (level) level.step = Number(level.step) + 1;
    } else if (keyExpected && level?.keys) {
      keyExpected = false;
      const key: string = JSON.parse(token);
      level.step = key;
      if (level.keys.has(key)) return { kind: "duplicate", at: pathOf(levels) };
      level.keys.add(key);
      if (key === "__proto__" || (prototypeKeys.has(key) && levels.length > 1 && levels[0]?.step === guarded))
        return { kind: "forbidden", at: pathOf(levels) };
    }
  }
  return undefined;
}

function pathOf(levels: readonly Level[]): string {
  return joinPath(levels.map((level) => level.step));
}

/** `provides[0].point` */
export function joinPath(steps: readonly PropertyKey[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else path += path === "" ? String(step) : `.${String(step)}`;
  }
  return path;
}
