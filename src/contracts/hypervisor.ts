/** The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. */

import virtualization, { identityLeaf } from "./accel-virtualization.ts";
import { contract, i32, input, method, native, pointer, table, u32, u64 } from "./language/index.ts";
import { stateClass, x86State } from "./vcpu.ts";

const system = input("system", i32);
const vm = input("vm", i32);
const vcpu = input("vcpu", i32);
const call = { thread: "any", self: false, error: false, returns: i32, optional: true } as const;

export default contract({
  id: "vmp.hypervisor/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: "The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`.",
  uses: [virtualization],
  declarations: [],
  table: table(
    "vmp_hypervisor_service",
    {
      summary:
        "Entries of another system than the host's are NULL. Those of KVM are its calls of the same names (Linux, Documentation/virt/kvm/api.rst): descriptors are the caller's, 0 or more is success, else minus an errno.",
    },
    [
      method("kvm_open", { ...call, summary: "/dev/kvm, of API version 12." }, []),
      method("kvm_check_extension", { ...call, summary: "Of the system or of one virtual machine." }, [
        system,
        input("extension", u32),
      ]),
      method("kvm_get_vcpu_mmap_size", call, [system]),
      method(
        "kvm_get_supported_cpuid",
        { ...call, summary: "*count comes in as the capacity; -E2BIG when it is too small." },
        [system, native("leaves", pointer(identityLeaf)), native("count", pointer(u32))],
      ),
      method("kvm_create_vm", call, [system]),
      method("kvm_set_user_memory_region", { ...call, summary: "flags: VMP_SLOT_*. A size of 0 removes the slot." }, [
        vm,
        input("slot", u32),
        input("flags", u32),
        input("address", u64),
        input("size", u64),
        native("memory", pointer("void")),
      ]),
      method("kvm_get_dirty_log", call, [vm, input("slot", u32), native("bits", pointer(u64))]),
      method("kvm_create_irqchip", call, [vm]),
      method("kvm_create_pit", call, [vm]),
      method("kvm_irq_line", call, [vm, input("line", u32), input("level", u32)]),
      method("kvm_irqfd", call, [vm, input("line", u32), input("descriptor", i32), input("on", u32)]),
      method("kvm_ioeventfd", call, [
        vm,
        input("address", u64),
        input("size", u32),
        input("is_port", u32),
        input("descriptor", i32),
        input("on", u32),
      ]),
      method("kvm_create_vcpu", call, [vm, input("index", u32)]),
      method("kvm_set_cpuid", call, [
        vcpu,
        native("leaves", pointer(identityLeaf, { constant: true })),
        input("count", u32),
      ]),
      method("kvm_get_state", { ...call, summary: "VMP_STATE_*, into the layout." }, [
        vcpu,
        input("classes", stateClass),
        native("state", pointer(x86State)),
      ]),
      method("kvm_set_state", call, [
        vcpu,
        input("classes", stateClass),
        native("state", pointer(x86State, { constant: true })),
      ]),
      method("kvm_clear_events", { ...call, summary: "No exception or interrupt is about to be delivered any more." }, [
        vcpu,
      ]),
      method("kvm_interrupt", call, [vcpu, input("vector", u32)]),
      method("kvm_set_guest_debug", { ...call, summary: "step: 0 or 1." }, [vcpu, input("step", u32)]),
      method(
        "kvm_run",
        { ...call, summary: "With the area of kvm_run as kvm_get_vcpu_mmap_size has it, mapped by the caller." },
        [vcpu],
      ),
    ],
  ),
});
