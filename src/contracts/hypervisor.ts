/** The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. */

import virtualization, { identityLeaf } from "./accel-virtualization.ts";
import {
  emulation,
  hvfCapability,
  hvfExit,
  hvfExitReason,
  hvfMemory,
  whpxCapability,
  whpxCpuidAccess,
  whpxException,
  whpxExit,
  whpxExitReason,
  whpxMemoryAccess,
  whpxModelAccess,
  whpxPortAccess,
  whpxProperty,
  whpxRegister,
  x86Emulator,
} from "./hypervisor-layouts.ts";
import { contract, i32, input, method, native, pointer, table, u32, u64 } from "./language/index.ts";
import { aarch64State, exit, stateClass, x86State } from "./vcpu.ts";

const system = input("system", i32);
const vm = input("vm", i32);
const vcpu = input("vcpu", i32);
const call = { thread: "any", self: false, error: false, returns: i32, optional: true } as const;
const own = { ...call, thread: "vcpu" } as const;

const address = input("address", u64);
const size = input("size", u64);
const classes = input("classes", stateClass);
const memory = native("memory", pointer("void"));
const value = native("value", pointer(u64));
const stateOut = native("state", pointer(x86State));
const stateIn = native("state", pointer(x86State, { constant: true }));

const partition = native("partition", pointer("void"));
const index = input("index", u32);
const code = input("code", u32);
const bytes = input("bytes", u32);
const processor = input("vcpu", u64);
const space = input("space", u32);
const number = input("number", u32);

export default contract({
  id: "vmp.hypervisor/1",
  kind: "service",
  version: { major: 1, minor: 0 },
  summary: "The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`.",
  uses: [virtualization],
  declarations: [
    x86Emulator,
    emulation,
    whpxExitReason,
    whpxCapability,
    whpxProperty,
    whpxRegister,
    whpxMemoryAccess,
    whpxPortAccess,
    whpxModelAccess,
    whpxCpuidAccess,
    whpxException,
    whpxExit,
    hvfMemory,
    hvfCapability,
    hvfExitReason,
    hvfExit,
  ],
  table: table(
    "vmp_hypervisor_service",
    {
      summary:
        "Entries of another system than the host's are NULL. Those of KVM are its calls of the same names (Linux, Documentation/virt/kvm/api.rst): descriptors are the caller's, 0 or more is success, else minus an errno. Those of WHPX are Windows Hypervisor Platform's: the result is an HRESULT. Those of HVF are Hypervisor.framework's: the result is an hv_return_t, and where it says [vcpu] the thread that created the virtual CPU. Those of x86 are this program's own, on every system.",
    },
    [
      method("kvm_open", { ...call, summary: "Whatever file is /dev/kvm." }, []),
      method("kvm_get_api_version", { ...call, summary: "-ENOTTY where the file is not KVM's device." }, [system]),
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
      method("kvm_use_host_counter", { ...call, summary: "The guest's time stamps are the host's." }, [vcpu]),
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
      method(
        "x86_emulate",
        {
          ...own,
          summary:
            "An instruction with a memory operand, a string instruction, IN or OUT, at general->rip (Intel SDM volume 2). system: VMP_STATE_SYSTEM and VMP_STATE_GENERAL as at the first call, of which only the addresses are taken; general: what the instruction reads and changes. VMP_EMULATION_*; -EINVAL: an instruction that it does not know, -EFAULT: memory that the host's mappings forbid. The guest's own page fault is an EXCEPTION exit.",
        },
        [
          native("emulator", pointer(x86Emulator)),
          native("system", pointer(x86State, { constant: true })),
          native("general", pointer(x86State)),
          native("exit", pointer(exit)),
        ],
      ),
      method(
        "x86_identity",
        {
          ...call,
          summary:
            "What CPUID answers here, less what needs more than the processor. *count comes in as the capacity; -E2BIG when it is too small.",
        },
        [native("leaves", pointer(identityLeaf)), native("count", pointer(u32))],
      ),
      method(
        "x86_cpuid",
        {
          ...call,
          summary:
            "CPUID in a guest: eax and ecx select, cr4 is what the leaves mirror of it. Zeros for what `leaves` lacks.",
        },
        [
          native("leaves", pointer(identityLeaf, { constant: true })),
          input("count", u32),
          input("cr4", u64),
          native("general", pointer(x86State)),
        ],
      ),
      method("whpx_get_capability", call, [code, native("value", pointer("void")), bytes]),
      method("whpx_create_partition", call, [native("partition", pointer(pointer("void")))]),
      method("whpx_delete_partition", call, [partition]),
      method("whpx_set_property", { ...call, summary: "Before whpx_setup_partition." }, [
        partition,
        code,
        native("value", pointer("void", { constant: true })),
        bytes,
      ]),
      method("whpx_setup_partition", call, [partition]),
      method("whpx_map_gpa_range", { ...call, summary: "flags: VMP_SLOT_*." }, [
        partition,
        memory,
        address,
        size,
        input("flags", u32),
      ]),
      method("whpx_unmap_gpa_range", call, [partition, address, size]),
      method("whpx_query_dirty", { ...call, summary: "A bit a page of 4096 bytes, and begins anew." }, [
        partition,
        address,
        size,
        native("bits", pointer(u64)),
        bytes,
      ]),
      method("whpx_create_vcpu", call, [partition, index]),
      method("whpx_delete_vcpu", call, [partition, index]),
      method("whpx_get_state", { ...own, summary: "VMP_STATE_*, into the layout." }, [
        partition,
        index,
        classes,
        stateOut,
      ]),
      method("whpx_set_state", own, [partition, index, classes, stateIn]),
      method("whpx_set_register", { ...own, summary: "VMP_WHPX_REGISTER_*." }, [
        partition,
        index,
        input("name", u32),
        input("low", u64),
        input("high", u64),
      ]),
      method("whpx_run", own, [partition, index, native("exit", pointer(whpxExit))]),
      method(
        "whpx_cancel_run",
        { ...call, summary: "The run that is on, or when none is the next one, ends with CANCELED." },
        [partition, index],
      ),
      method(
        "copy_memory",
        { ...call, summary: "Within this process: 0, or -EFAULT where the mappings forbid it. Not on Linux." },
        [native("to", pointer("void")), native("from", pointer("void", { constant: true })), size],
      ),
      method("hvf_vm_create", { ...call, summary: "One at a time in a process." }, []),
      method("hvf_vm_destroy", call, []),
      method("hvf_physical_bits", { ...call, summary: "Of guest-physical addresses." }, []),
      method("hvf_largest_vcpus", call, []),
      method("hvf_space_create", { ...call, summary: "x86-64: a further guest-physical address space." }, [
        native("space", pointer(u32)),
      ]),
      method("hvf_space_destroy", call, [space]),
      method("hvf_map", { ...call, summary: "flags: VMP_HVF_MEMORY_*. space: 0 on AArch64." }, [
        space,
        memory,
        address,
        size,
        input("flags", hvfMemory),
      ]),
      method("hvf_unmap", call, [space, address, size]),
      method("hvf_protect", call, [space, address, size, input("flags", hvfMemory)]),
      method("hvf_vcpu_create", { ...own, summary: "Bound to the calling thread, which may have one." }, [
        native("vcpu", pointer(u64)),
        space,
      ]),
      method("hvf_vcpu_destroy", own, [processor]),
      method("hvf_vcpu_run", own, [processor]),
      method(
        "hvf_vcpu_interrupt",
        { ...call, summary: "hv_vcpus_exit (AArch64), hv_vcpu_interrupt (x86-64): brings it out of hvf_vcpu_run." },
        [processor],
      ),
      method("hvf_read_capability", { ...call, summary: "VMP_HVF_CAPABILITY_*." }, [code, value]),
      method("hvf_read_vmcs", { ...own, summary: "Intel SDM volume 3, appendix B." }, [processor, code, value]),
      method("hvf_write_vmcs", own, [processor, code, input("value", u64)]),
      method("hvf_enable_native_msr", own, [processor, number]),
      method("hvf_get_x86_state", own, [processor, classes, stateOut]),
      method("hvf_set_x86_state", own, [processor, classes, stateIn]),
      method("hvf_get_aarch64_state", own, [processor, classes, native("state", pointer(aarch64State))]),
      method("hvf_set_aarch64_state", own, [
        processor,
        classes,
        native("state", pointer(aarch64State, { constant: true })),
      ]),
      method("hvf_get_exit", { ...own, summary: "Of the last hvf_vcpu_run, on AArch64." }, [
        processor,
        native("exit", pointer(hvfExit)),
      ]),
      method("hvf_set_pending_interrupt", { ...own, summary: "type: 0 IRQ, 1 FIQ; for the next hvf_vcpu_run." }, [
        processor,
        input("type", u32),
      ]),
      method("hvf_trap_debug_exceptions", own, [processor, input("on", u32)]),
      method("hvf_mask_timer", own, [processor, input("on", u32)]),
    ],
  ),
});
