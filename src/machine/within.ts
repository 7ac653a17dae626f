import { VmPluginError } from "../errors.ts";

/** Waits for a promise that may never settle: VMP_TIMED_OUT names `what` after that many milliseconds. */
export async function within<Value>(milliseconds: number, what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new VmPluginError("VMP_TIMED_OUT", { what, milliseconds })), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
