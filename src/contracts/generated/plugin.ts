// The contract `plugin`: what a host asks of a plugin as a whole. Every method is optional. get("plugin", "", minor). Generated from the contract in src/contracts/plugin.ts by `npm run generate`. Do not edit.
import type {
  Answer,
  AsynchronousTransport,
  Call,
  Connection,
  DispatchEnvironment,
  Eventually,
  Loose,
  SynchronousTransport,
} from "../runtime/index.ts";
import {
  LayoutView,
  WireReader,
  WireWriter,
  answer,
  callAsynchronously,
  callSynchronously,
  characters,
  emptyBody,
  exportHandle,
  guarded,
  importHandle,
  integer,
  malformedAnswerBytes,
  noEnvironment,
  putCharacters,
  requireCapacity,
  zeroes,
} from "../runtime/index.ts";

export type HealthStatus = "healthy" | "degraded" | "unhealthy";

export const healthStatusValues = {
  healthy: 1,
  degraded: 2,
  unhealthy: 3,
} as const;

export function decodeHealthStatus(value: number): HealthStatus {
  switch (value) {
    case 1:
      return "healthy";
    case 2:
      return "degraded";
    case 3:
      return "unhealthy";
    default:
      return "unhealthy";
  }
}

export function encodeHealthStatus(value: HealthStatus): number {
  if (Object.hasOwn(healthStatusValues, value)) return healthStatusValues[value];
  throw new RangeError(`${String(value)} is none of healthy, degraded, unhealthy`);
}

export interface PluginHealth {
  readonly status: HealthStatus;
  readonly message: string;
}

export const pluginHealthSize = 256;

export function decodePluginHealth(reader: WireReader, view: DataView, from = 0): PluginHealth {
  void reader;
  return {
    status: decodeHealthStatus(view.getUint32(from + 4, true)),
    message: characters(view, from + 8, 248),
  };
}

export function encodePluginHealth(writer: WireWriter, to: number, value: Loose<PluginHealth>): void {
  writer.view.setUint32(to, 256, true);
  writer.view.setUint32(to + 4, encodeHealthStatus(value.status), true);
  putCharacters(writer.view, to + 8, 248, value.message);
}

/** vmp_plugin_health in memory. */
export class PluginHealthView extends LayoutView {
  static readonly size = 256;
  get structSize(): number {
    return this.dataView.getUint32(this.dataOffset, true);
  }
  set structSize(value: number) {
    this.dataView.setUint32(this.dataOffset, value, true);
  }
  /** VMP_HEALTH_* */
  get status(): number {
    return this.dataView.getUint32(this.dataOffset + 4, true);
  }
  set status(value: number) {
    this.dataView.setUint32(this.dataOffset + 4, value, true);
  }
  get message(): string {
    return characters(this.dataView, this.dataOffset + 8, 248);
  }
  set message(value: string) {
    putCharacters(this.dataView, this.dataOffset + 8, 248, value);
  }
}

/** The contract as data. timeout: milliseconds, 0 for none; since: the minor that appended the method. */
export const pluginContract = {
  id: "plugin",
  version: { major: 1, minor: 0 },
  tiers: ["inline", "worker", "process", "vm"],
  replaceable: false,
  methods: {
    initialize: { number: 1, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    start: { number: 2, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    stop: { number: 3, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    cleanup: { number: 4, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    enable: { number: 5, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    disable: { number: 6, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    configurationChanged: { number: 7, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    healthCheck: { number: 8, mode: "asynchronous", thread: "control", reentrant: false, idempotent: true, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    exportState: { number: 9, mode: "asynchronous", thread: "control", reentrant: false, idempotent: true, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: ["TOO_SMALL"] },
    importState: { number: 10, mode: "asynchronous", thread: "control", reentrant: false, idempotent: false, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: [] },
    migrateConfiguration: { number: 11, mode: "asynchronous", thread: "control", reentrant: false, idempotent: true, cancellable: false, timeout: 10000, nativeOnly: false, optional: true, since: 0, errors: ["TOO_SMALL"] },
  },
} as const;

/** Each on a thread that the host abandons when it outlasts its time-out. */
export interface Plugin {
  /** [control] Optional. */
  initialize?(configuration: Readonly<Record<string, unknown>>): Eventually<void>;
  /** [control] Optional. */
  start?(): Eventually<void>;
  /** [control] Optional. */
  stop?(): Eventually<void>;
  /** [control] Optional. */
  cleanup?(): Eventually<void>;
  /** [control] Optional. */
  enable?(): Eventually<void>;
  /** [control] Optional. */
  disable?(): Eventually<void>;
  /** [control] Optional. A refusal (any status but OK) keeps the configuration that was. */
  configurationChanged?(configuration: Readonly<Record<string, unknown>>): Eventually<void>;
  /** [control] Optional. */
  healthCheck?(): Eventually<Loose<PluginHealth>>;
  /** [control] Optional. *size is the size of the state, also on TOO_SMALL. */
  exportState?(): Eventually<Uint8Array>;
  /** [control] Optional. */
  importState?(stateVersion: number, state: Uint8Array): Eventually<void>;
  /**
   * [control] Optional. Turns a configuration that version from_version of the plugin was given into one of this
   * version, as JSON text; called before initialize. *size is the size of the text, also on TOO_SMALL.
   */
  migrateConfiguration?(fromVersion: string, configuration: Readonly<Record<string, unknown>>): Eventually<Uint8Array>;
}

function pluginInitializeCall(connection: Connection, configuration: Readonly<Record<string, unknown>>): Call<void> {
  return {
    point: "plugin",
    method: 1,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(8);
      writer.view.setBigUint64(0, exportHandle(connection, "vmp_configuration", configuration), true);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginStartCall(): Call<void> {
  return {
    point: "plugin",
    method: 2,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginStopCall(): Call<void> {
  return {
    point: "plugin",
    method: 3,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginCleanupCall(): Call<void> {
  return {
    point: "plugin",
    method: 4,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginEnableCall(): Call<void> {
  return {
    point: "plugin",
    method: 5,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginDisableCall(): Call<void> {
  return {
    point: "plugin",
    method: 6,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginConfigurationChangedCall(connection: Connection, configuration: Readonly<Record<string, unknown>>): Call<void> {
  return {
    point: "plugin",
    method: 7,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(8);
      writer.view.setBigUint64(0, exportHandle(connection, "vmp_configuration", configuration), true);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginHealthCheckCall(): Call<PluginHealth> {
  return {
    point: "plugin",
    method: 8,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(0);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 12);
      return decodePluginHealth(reader, reader.single(0, 256, 4, 256));
    },
  };
}

function pluginExportStateCall(): Call<Uint8Array> {
  return {
    point: "plugin",
    method: 9,
    kind: 3,
    capacities: [4096],
    encode: (capacities) => {
      const writer = new WireWriter(8);
      writer.view.setBigUint64(0, BigInt(capacities[0] ?? 0), true);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 12);
      const { view } = reader;
      return reader.numbers(view, 0, 1);
    },
  };
}

function pluginImportStateCall(stateVersion: number, state: Uint8Array): Call<void> {
  return {
    point: "plugin",
    method: 10,
    kind: 3,
    capacities: [],
    encode: () => {
      const writer = new WireWriter(16);
      writer.view.setUint32(0, integer(stateVersion, 0, 4294967295, "stateVersion"), true);
      writer.putBytes(4, state);
      return writer.finish();
    },
    decode: () => {},
  };
}

function pluginMigrateConfigurationCall(connection: Connection, fromVersion: string, configuration: Readonly<Record<string, unknown>>): Call<Uint8Array> {
  return {
    point: "plugin",
    method: 11,
    kind: 3,
    capacities: [4096],
    encode: (capacities) => {
      const writer = new WireWriter(32);
      writer.putString(0, fromVersion);
      writer.view.setBigUint64(16, exportHandle(connection, "vmp_configuration", configuration), true);
      writer.view.setBigUint64(24, BigInt(capacities[0] ?? 0), true);
      return writer.finish();
    },
    decode: (body) => {
      const reader = new WireReader(body, 12);
      const { view } = reader;
      return reader.numbers(view, 0, 1);
    },
  };
}

/** Calls an implementation that lives elsewhere; its thread waits for each answer. */
export class PluginClient implements Plugin {
  readonly #transport: SynchronousTransport;

  constructor(transport: SynchronousTransport) {
    this.#transport = transport;
  }

  initialize(configuration: Readonly<Record<string, unknown>>): void {
    return callSynchronously(this.#transport, pluginInitializeCall(this.#transport, configuration));
  }

  start(): void {
    return callSynchronously(this.#transport, pluginStartCall());
  }

  stop(): void {
    return callSynchronously(this.#transport, pluginStopCall());
  }

  cleanup(): void {
    return callSynchronously(this.#transport, pluginCleanupCall());
  }

  enable(): void {
    return callSynchronously(this.#transport, pluginEnableCall());
  }

  disable(): void {
    return callSynchronously(this.#transport, pluginDisableCall());
  }

  configurationChanged(configuration: Readonly<Record<string, unknown>>): void {
    return callSynchronously(this.#transport, pluginConfigurationChangedCall(this.#transport, configuration));
  }

  healthCheck(): PluginHealth {
    return callSynchronously(this.#transport, pluginHealthCheckCall());
  }

  exportState(): Uint8Array {
    return callSynchronously(this.#transport, pluginExportStateCall());
  }

  importState(stateVersion: number, state: Uint8Array): void {
    return callSynchronously(this.#transport, pluginImportStateCall(stateVersion, state));
  }

  migrateConfiguration(fromVersion: string, configuration: Readonly<Record<string, unknown>>): Uint8Array {
    return callSynchronously(this.#transport, pluginMigrateConfigurationCall(this.#transport, fromVersion, configuration));
  }
}

/** Calls an implementation that lives elsewhere; every answer is a promise. */
export class PluginAsynchronousClient {
  readonly #transport: AsynchronousTransport;

  constructor(transport: AsynchronousTransport) {
    this.#transport = transport;
  }

  initialize(configuration: Readonly<Record<string, unknown>>): Promise<void> {
    return callAsynchronously(this.#transport, pluginInitializeCall(this.#transport, configuration));
  }

  start(): Promise<void> {
    return callAsynchronously(this.#transport, pluginStartCall());
  }

  stop(): Promise<void> {
    return callAsynchronously(this.#transport, pluginStopCall());
  }

  cleanup(): Promise<void> {
    return callAsynchronously(this.#transport, pluginCleanupCall());
  }

  enable(): Promise<void> {
    return callAsynchronously(this.#transport, pluginEnableCall());
  }

  disable(): Promise<void> {
    return callAsynchronously(this.#transport, pluginDisableCall());
  }

  configurationChanged(configuration: Readonly<Record<string, unknown>>): Promise<void> {
    return callAsynchronously(this.#transport, pluginConfigurationChangedCall(this.#transport, configuration));
  }

  healthCheck(): Promise<PluginHealth> {
    return callAsynchronously(this.#transport, pluginHealthCheckCall());
  }

  exportState(): Promise<Uint8Array> {
    return callAsynchronously(this.#transport, pluginExportStateCall());
  }

  importState(stateVersion: number, state: Uint8Array): Promise<void> {
    return callAsynchronously(this.#transport, pluginImportStateCall(stateVersion, state));
  }

  migrateConfiguration(fromVersion: string, configuration: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
    return callAsynchronously(this.#transport, pluginMigrateConfigurationCall(this.#transport, fromVersion, configuration));
  }
}

/**
 * Answers one request with the implementation's result, or with its error as status, code and message. A request that breaks
 * the wire format is answered MALFORMED and the implementation not called. Never throws.
 */
export function dispatchPlugin(
  implementation: Plugin,
  method: number,
  request: Uint8Array,
  environment: DispatchEnvironment = noEnvironment,
): Answer | Promise<Answer> {
  return guarded(() => {
    switch (method) {
      case 1: {
        const reader = new WireReader(request, 8);
        const { view } = reader;
        const configuration = importHandle(environment, "vmp_configuration", view.getBigUint64(0, true)) as Readonly<Record<string, unknown>>;
        return answer<unknown>(() => implementation.initialize === undefined ? undefined : implementation.initialize(configuration), () => emptyBody);
      }
      case 2: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.start === undefined ? undefined : implementation.start(), () => emptyBody);
      }
      case 3: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.stop === undefined ? undefined : implementation.stop(), () => emptyBody);
      }
      case 4: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.cleanup === undefined ? undefined : implementation.cleanup(), () => emptyBody);
      }
      case 5: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.enable === undefined ? undefined : implementation.enable(), () => emptyBody);
      }
      case 6: {
        new WireReader(request, 0);
        return answer<unknown>(() => implementation.disable === undefined ? undefined : implementation.disable(), () => emptyBody);
      }
      case 7: {
        const reader = new WireReader(request, 8);
        const { view } = reader;
        const configuration = importHandle(environment, "vmp_configuration", view.getBigUint64(0, true)) as Readonly<Record<string, unknown>>;
        return answer<unknown>(() => implementation.configurationChanged === undefined ? undefined : implementation.configurationChanged(configuration), () => emptyBody);
      }
      case 8: {
        new WireReader(request, 0);
        return answer<Loose<PluginHealth>>(() => implementation.healthCheck === undefined ? { status: "healthy", message: "" } : implementation.healthCheck(), (result) => {
          const writer = new WireWriter(12);
          writer.putItems(0, 256, [result], (item, at) => encodePluginHealth(writer, at, item));
          return writer.finish();
        });
      }
      case 9: {
        const reader = new WireReader(request, 8);
        const { view } = reader;
        const capacity = view.getBigUint64(0, true);
        return answer<Loose<Uint8Array>>(() => implementation.exportState === undefined ? new Uint8Array(0) : implementation.exportState(), (result) => {
          const writer = new WireWriter(12);
          writer.putBytes(0, result);
          requireCapacity([writer.count(0)], [capacity]);
          return writer.finish();
        });
      }
      case 10: {
        const reader = new WireReader(request, 16);
        const { view } = reader;
        const stateVersion = view.getUint32(0, true);
        const state = reader.numbers(view, 4, 1);
        return answer<unknown>(() => implementation.importState === undefined ? undefined : implementation.importState(stateVersion, state), () => emptyBody);
      }
      case 11: {
        const reader = new WireReader(request, 32);
        const { view } = reader;
        zeroes(reader.view, 12, 4);
        const fromVersion = reader.string(0);
        const configuration = importHandle(environment, "vmp_configuration", view.getBigUint64(16, true)) as Readonly<Record<string, unknown>>;
        const capacity = view.getBigUint64(24, true);
        return answer<Loose<Uint8Array>>(() => implementation.migrateConfiguration === undefined ? new Uint8Array(0) : implementation.migrateConfiguration(fromVersion, configuration), (result) => {
          const writer = new WireWriter(12);
          writer.putBytes(0, result);
          requireCapacity([writer.count(0)], [capacity]);
          return writer.finish();
        });
      }
      default:
        return malformedAnswerBytes;
    }
  });
}
