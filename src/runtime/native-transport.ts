/** Calls of a generated client to an instance of a native plugin. */
import type { SynchronousTransport } from "../contracts/runtime/transport.ts";
import { guardNative, type NativeInstance } from "../native.ts";

/** plugin: the id that errors carry. Calls run on the calling thread and return when the plugin does. */
export function nativeTransport(plugin: string, instance: NativeInstance): SynchronousTransport {
  return {
    plugin,
    call: (method, _kind, request) => guardNative(() => instance.call(method, request)),
    post: (method, request) => {
      guardNative(() => instance.call(method, request));
    },
  };
}
