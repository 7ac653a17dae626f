/** Builds the native test program and the broken plugins, once per test run. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";

const folder = join(packageRoot(), "build-tests");

export interface NativeTestBuild {
  /** The program that runs every native test. */
  readonly program: string;
  /** Where the plugins of test/native/plugins lie, as NAME.node. */
  readonly plugins: string;
}

/** Up to date in a moment when nothing changed. A lock keeps two test workers from building at once. */
export function buildNativeTests(): NativeTestBuild {
  const command = `cmake -S "$1" -B "$2" -DVMP_TESTS=ON >&2 && cmake --build "$2" --target vmp_native_tests --parallel 2 >&2`;
  execFileSync("flock", [join(packageRoot(), "CMakeLists.txt"), "sh", "-c", command, "sh", packageRoot(), folder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { program: join(folder, "test/native/vmp_native_tests"), plugins: join(folder, "test-plugins") };
}
