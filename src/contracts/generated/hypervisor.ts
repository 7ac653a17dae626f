// The hypervisors of the host's kernel, as they are: the service `vmp.hypervisor/1`. Generated from the contract in src/contracts/hypervisor.ts by `npm run generate`. Do not edit.

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const hypervisorContract = {
  id: "vmp.hypervisor/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    kvmOpen: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCheckExtension: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetVcpuMmapSize: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetSupportedCpuid: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateVm: { number: 5, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetUserMemoryRegion: { number: 6, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetDirtyLog: { number: 7, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateIrqchip: { number: 8, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreatePit: { number: 9, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIrqLine: { number: 10, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIrqfd: { number: 11, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmIoeventfd: { number: 12, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmCreateVcpu: { number: 13, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetCpuid: { number: 14, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmGetState: { number: 15, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetState: { number: 16, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmClearEvents: { number: 17, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmInterrupt: { number: 18, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmSetGuestDebug: { number: 19, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
    kvmRun: { number: 20, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: true, since: 0, errors: [] },
  },
} as const;
