import { missing } from "../../support/programs.ts";
import { riscv64 } from "./support/platform.ts";
import { testRandomCalls } from "./support/random.ts";

testRandomCalls("random system calls", riscv64, missing(riscv64.compilers.c));
