import { missingDevice } from "../../../support/device.ts";
import { missing } from "../../../support/programs.ts";
import type { Platform } from "../../linux/support/platform.ts";

/** Programs of the host's own architecture on the engine kvm, against what they do on the host itself. */
export const kvm: Platform = {
  architecture: "x86_64",
  engine: "kvm",
  compilers: { c: "gcc", cc: "g++" },
};

/** Why no guest can run, said once; or false. */
export const cannotRun =
  process.arch === "x64" ? missingDevice("/dev/kvm") : `skipped: /dev/kvm of ${process.arch}, not of x64`;

/** The same of guests that are compiled here. */
export const skip = cannotRun || missing(kvm.compilers.c, kvm.compilers.cc);
