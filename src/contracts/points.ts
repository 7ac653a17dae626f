/** Every extension point there is. A reserved one has its id and no contract yet. */

export interface ExtensionPoint {
  readonly id: string;
  readonly summary: string;
  readonly reserved: boolean;
}

const point = (id: string, summary: string): ExtensionPoint => ({ id, summary, reserved: false });
const reserved = (id: string, summary: string): ExtensionPoint => ({ id, summary, reserved: true });

export const extensionPoints: readonly ExtensionPoint[] = [
  reserved("jit.compiler", "intermediate representation to host code"),
  reserved("jit.strategy", "what to compile, and how hard"),
  reserved("jit.hotspot", "what is hot"),
  reserved("jit.pass", "intermediate representation to intermediate representation"),
  reserved("gc.algorithm", "collects a heap"),
  reserved("gc.allocation", "allocates in a heap"),
  reserved("gc.tuning", "adapts thresholds"),
  point("accel.virtualization", "runs a guest on the hardware's virtualization"),
  reserved("accel.simd", "generates vector code"),
  reserved("accel.gpu", "computes on a graphics processor"),
  reserved("arch.instruction-translation", "guest code to intermediate representation"),
  reserved("arch.binary-translation", "keeps translated code and uses it again"),
  point("arch.simulator", "runs the instructions of a guest architecture"),
  reserved("event.bus", "carries events"),
  reserved("event.filter", "selects events"),
  reserved("event.persistence", "keeps events"),
  point("device.virtual", "what a guest sees as a device"),
  reserved("device.driver", "serves a device"),
  reserved("device.io", "schedules the input and output of devices"),
  reserved("debug.profiler", "observes where time goes"),
  reserved("debug.debugger", "stops a guest and looks into it"),
  point("debug.logger", "records what happens"),
  point("os.personality", "the system calls of a guest without a kernel"),
];
