// Signal handlers of generated programs.
import type { Assembler } from "./assembler.ts";
import { sd, x } from "./encode.ts";

const words = (values: bigint[]) => new Uint8Array(new BigUint64Array(values).buffer);

/** rt_sigaction of a handler at a label, on a stack of its own. */
export function installHandler(assembler: Assembler, signals: number[], label: string): void {
  const size = 65536;
  const stack = assembler.data(words([BigInt(assembler.zeros(size)), 0n, BigInt(size)]));
  assembler.constant(x.a0, BigInt(stack)).constant(x.a1, 0n).systemCall(132);
  const flags = 0x4n | 0x08000000n | 0x40000000n; // SA_SIGINFO, SA_ONSTACK, SA_NODEFER
  const action = assembler.data(words([0n, flags, 0n]));
  assembler
    .constant(x.t1, BigInt(action))
    .address(x.t0, label)
    .emit(sd(x.t0, x.t1, 0));
  for (const signal of signals) {
    assembler.constant(x.a0, BigInt(signal)).constant(x.a1, BigInt(action)).constant(x.a2, 0n).constant(x.a3, 8n);
    assembler.systemCall(134);
  }
}
