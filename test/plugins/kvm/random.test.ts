import { testRandomCalls } from "../linux/support/random.ts";
import { kvm, skip } from "./support/platform.ts";

testRandomCalls("random system calls on kvm (needs /dev/kvm)", kvm, skip);
