import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

/** "plain", or what the compiler's -fsanitize takes. */
export type Variant = "plain" | "address,undefined" | "thread";

const built = new Set<string>();

/**
 * Builds targets of the package's own recipe and answers the build folder: build-tests, or that of .ci/sanitizers. Up to
 * date in a moment when nothing changed; a lock keeps two test workers from building at once.
 */
export function buildNative(variant: Variant, ...targets: readonly [string, ...string[]]): string {
  const root = packageRoot();
  const folder = join(root, `build-${variant === "plain" ? "tests" : variant.replace(/,.*/, "")}`);
  const wanted = [folder, ...targets].join(" ");
  if (built.has(wanted)) return folder;
  const sanitize = variant === "plain" ? "" : variant;
  for (const step of [
    ["-S", root, "-B", folder, "-DVMP_TESTS=ON", `-DVMP_SANITIZE=${sanitize}`],
    ["--build", folder, "--parallel", "2", "--target", ...targets],
  ]) {
    const options = { encoding: "utf8", maxBuffer: 1 << 26 } as const;
    const result = spawnSync("flock", [join(root, "CMakeLists.txt"), "cmake", ...step], options);
    if (result.error !== undefined) throw result.error;
    if (result.status !== 0) throw new Error(`${targets.join(", ")} not built:\n${result.stdout}${result.stderr}`);
  }
  built.add(wanted);
  return folder;
}
