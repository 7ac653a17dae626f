import { missing } from "../../support/programs.ts";
import { riscv64 } from "./support/platform.ts";
import { testRules } from "./support/rules.ts";

testRules("between processes", riscv64, missing(riscv64.compilers.c));
