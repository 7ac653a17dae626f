// What a personality or a device asks of the machine that it belongs to: the service `vmp.machine/1`. Generated from the contract in src/contracts/machine.ts by `npm run generate`. Do not edit.
import type { Loose, WireReader, WireWriter } from "../runtime/index.ts";
import { LayoutView, integer, wideInteger, zeroes } from "../runtime/index.ts";

/** How a guest process ended. */
export interface ProcessResult {
  /** the guest's process id */
  readonly process: number;
  /** when signal is 0 */
  readonly exitCode: number;
  /** Linux number of the signal that killed it, else 0 */
  readonly signal: number;
  /** the name of the limit that ended it, else empty */
  readonly limit: string;
  /** that its run has had so far */
  readonly processes: number;
  /** of its run so far */
  readonly systemCalls: bigint;
  /** of its run so far: "NAME COUNT" of each call that is not implemented, joined by ", " */
  readonly refusedCalls: string;
  /** one line for a person ("SIGSEGV at pc 0x..., address 0x..."), else empty */
  readonly detail: string;
}

export const processResultSize = 80;

export function decodeProcessResult(reader: WireReader, view: DataView, from = 0): ProcessResult {
  zeroes(view, from + 36, 4);
  return {
    process: view.getUint32(from + 4, true),
    exitCode: view.getInt32(from + 8, true),
    signal: view.getInt32(from + 12, true),
    limit: reader.stringField(view, from + 16),
    processes: view.getUint32(from + 32, true),
    systemCalls: view.getBigUint64(from + 40, true),
    refusedCalls: reader.stringField(view, from + 48),
    detail: reader.stringField(view, from + 64),
  };
}

export function encodeProcessResult(writer: WireWriter, to: number, value: Loose<ProcessResult>): void {
  writer.view.setUint32(to, 80, true);
  writer.view.setUint32(to + 4, integer(value.process, 0, 4294967295, "ProcessResult.process"), true);
  writer.view.setInt32(to + 8, integer(value.exitCode, -2147483648, 2147483647, "ProcessResult.exitCode"), true);
  writer.view.setInt32(to + 12, integer(value.signal, -2147483648, 2147483647, "ProcessResult.signal"), true);
  writer.putString(to + 16, value.limit);
  writer.view.setUint32(to + 32, integer(value.processes, 0, 4294967295, "ProcessResult.processes"), true);
  writer.view.setBigUint64(to + 40, wideInteger(value.systemCalls, false, "ProcessResult.systemCalls"), true);
  writer.putString(to + 48, value.refusedCalls);
  writer.putString(to + 64, value.detail);
}

/** vmp_process_result in memory. How a guest process ended. Pointers are addresses of the process that wrote them. */
export class ProcessResultView extends LayoutView {
  static readonly size = 80;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** the guest's process id */
  get process(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set process(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  /** when signal is 0 */
  get exitCode(): number {
    return this.dataView.getInt32(this.dataOffset + 8, true);
  }
  set exitCode(value: number) {
    this.dataView.setInt32(this.dataOffset + 8, value, true);
  }
  /** Linux number of the signal that killed it, else 0 */
  get signal(): number {
    return this.dataView.getInt32(this.dataOffset + 12, true);
  }
  set signal(value: number) {
    this.dataView.setInt32(this.dataOffset + 12, value, true);
  }
  /** the name of the limit that ended it, else empty */
  get limitAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 16, true);
  }
  set limitAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 16, value, true);
  }
  get limitSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 24, true);
  }
  set limitSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 24, value, true);
  }
  /** that its run has had so far */
  get processes(): number {
    return this.dataView.getUint32(this.dataOffset + 32, true);
  }
  set processes(value: number) {
    this.dataView.setUint32(this.dataOffset + 32, value, true);
  }
  /** of its run so far */
  get systemCalls(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 40, true);
  }
  set systemCalls(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 40, value, true);
  }
  /** of its run so far: "NAME COUNT" of each call that is not implemented, joined by ", " */
  get refusedCallsAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 48, true);
  }
  set refusedCallsAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 48, value, true);
  }
  get refusedCallsSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 56, true);
  }
  set refusedCallsSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 56, value, true);
  }
  /** one line for a person ("SIGSEGV at pc 0x..., address 0x..."), else empty */
  get detailAddress(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 64, true);
  }
  set detailAddress(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 64, value, true);
  }
  get detailSize(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 72, true);
  }
  set detailSize(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 72, value, true);
  }
}

/** What a system call answers whenever it is made. */
export interface CallAnswer {
  readonly number: bigint;
  readonly result: bigint;
}

export const callAnswerSize = 16;

export function decodeCallAnswer(reader: WireReader, view: DataView, from = 0): CallAnswer {
  void reader;
  return {
    number: view.getBigUint64(from, true),
    result: view.getBigUint64(from + 8, true),
  };
}

export function encodeCallAnswer(writer: WireWriter, to: number, value: Loose<CallAnswer>): void {
  writer.view.setBigUint64(to, wideInteger(value.number, false, "CallAnswer.number"), true);
  writer.view.setBigUint64(to + 8, wideInteger(value.result, false, "CallAnswer.result"), true);
}

/** vmp_call_answer in memory. What a system call answers whenever it is made. */
export class CallAnswerView extends LayoutView {
  static readonly size = 16;
  get number(): bigint {
    return this.dataView.getBigUint64(this.dataOffset, true);
  }
  set number(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset, value, true);
  }
  get result(): bigint {
    return this.dataView.getBigUint64(this.dataOffset + 8, true);
  }
  set result(value: bigint) {
    this.dataView.setBigUint64(this.dataOffset + 8, value, true);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const machineContract = {
  id: "vmp.machine/1",
  version: { major: 1, minor: 0 },
  tiers: ["inline"],
  replaceable: false,
  methods: {
    memory: { number: 1, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuCreate: { number: 2, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuStart: { number: 3, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuDestroy: { number: 4, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuSetSpace: { number: 5, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuInterrupt: { number: 6, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuAcknowledge: { number: 7, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    wait: { number: 8, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["TIMED_OUT", "CANCELLED", "INVALID_ARGUMENT"] },
    processEnded: { number: 9, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    runLimit: { number: 10, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    processStopped: { number: 11, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vcpuLoad: { number: 12, mode: "synchronous", thread: "vcpu", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["UNSUPPORTED"] },
    vcpuStore: { number: 13, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    vdso: { number: 14, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    hardwareCreate: { number: 15, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["UNSUPPORTED"] },
    lineSet: { number: 16, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: ["UNSUPPORTED", "NOT_FOUND"] },
    standardStream: { number: 17, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    powerOff: { number: 18, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    callEnded: { number: 19, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
    answersSet: { number: 20, mode: "synchronous", thread: "any", reentrant: false, idempotent: false, cancellable: false, timeout: 0, nativeOnly: false, optional: false, since: 0, errors: [] },
  },
} as const;
