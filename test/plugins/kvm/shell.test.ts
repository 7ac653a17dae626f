/** Shell scripts in Debian's amd64 busybox: status, streams and files are what they are on the host. */
import { cannotCompare, compareScripts } from "../linux/shell/compare.ts";
import { kvm, skip } from "./support/platform.ts";

compareScripts("scripts in busybox on kvm (needs /dev/kvm)", kvm, skip || cannotCompare(kvm));
