/** The do-nothing native plugin, and what calling it from native code costs in instructions. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { instructionsPerOperation } from "../harness/callgrind.ts";
import { compile, localCompiler, scratchFolder } from "../harness/toolchain.ts";
import { repository } from "../harness/vm-plugin.ts";

const flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", join(repository, "native/include")];

/** The folder of the do-nothing native plugin: a copy, with its library built there. */
export function buildDoNothingNative(): string {
  const folder = join(scratchFolder(), "do-nothing-native");
  cpSync(join(repository, "bench/plugins/do-nothing-native"), folder, { recursive: true });
  const library = join(folder, "do-nothing.node");
  const source = join(folder, "do-nothing.c");
  compile(localCompiler(), [...flags, "-fPIC", "-shared", "-fvisibility=hidden", "-o", library, source]);
  return folder;
}

/** Instructions a call, with the loop around it: through the binding that a plugin keeps, and through a C function pointer. */
export function countNativeCall(valgrind: string, plugin: string): { binding: number; pointer: number } {
  const program = join(scratchFolder(), "native-call");
  compile(localCompiler(), [...flags, "-o", program, join(repository, "bench/native/native-call.c"), "-ldl"]);
  const count = (way: string): number =>
    instructionsPerOperation(valgrind, program, [join(plugin, "do-nothing.node"), way]);
  return { binding: count("binding"), pointer: count("pointer") };
}
