/** Broken ELF files for x86-64: each gives one code, a signal or an end. */
import { testElfFiles } from "../linux/support/elf-files.ts";
import { cannotRun, kvm } from "./support/platform.ts";

testElfFiles("an ELF file for x86-64 (needs /dev/kvm)", kvm, cannotRun);
