import { join } from "node:path";
import { buildNative } from "../support/native-build.ts";

export interface NativeTestBuild {
  /** The program that runs every native test. */
  readonly program: string;
  /** Where the plugins of test/native/plugins lie, as NAME.node. */
  readonly plugins: string;
}

/** The native test program and the plugins that it loads. */
export function buildNativeTests(): NativeTestBuild {
  const folder = buildNative("plain", "vmp_native_tests");
  return { program: join(folder, "test/native/vmp_native_tests"), plugins: join(folder, "test-plugins") };
}
