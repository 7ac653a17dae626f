import { missingDevice } from "../../../support/device.ts";
import { missing } from "../../../support/programs.ts";
import type { Platform } from "../../linux/support/platform.ts";

/** Programs of the host's own architecture on the engine kvm, against what they do on the host itself. */
export const kvm: Platform = {
  architecture: "x86_64",
  engine: "kvm",
  compilers: { c: "gcc", cc: "g++" },
};

const device = process.arch === "x64" ? missingDevice("/dev/kvm") : `skipped: /dev/kvm of ${process.arch}, not of x64`;

/** Why nothing here can run, said once; or false. */
export const skip = device || missing(kvm.compilers.c, kvm.compilers.cc);
