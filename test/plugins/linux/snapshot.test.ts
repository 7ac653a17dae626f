import { missing } from "../../support/programs.ts";
import { riscv64 } from "./support/platform.ts";
import { testSnapshots } from "./support/snapshots.ts";

testSnapshots("a snapshot on the interpreter", riscv64, missing(riscv64.compilers.c));
