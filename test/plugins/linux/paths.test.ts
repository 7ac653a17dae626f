import { cannotChroot, testPaths } from "./support/paths.ts";
import { riscv64 } from "./support/platform.ts";

testPaths("each path means what it means to Linux", riscv64, cannotChroot(riscv64));
