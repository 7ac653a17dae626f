/** acme.probe in TypeScript: answers what probe_implementation.h answers. */
import { PluginError } from "../../src/sdk/define-plugin.ts";
import type { Listener, Probe, Reading, Sample } from "./probe-module.ts";

const colors = ["red", "green", "dark-blue"];
const severities = ["none", "mild", "harsh"];

const sumOf = (numbers: Iterable<number>): bigint => [...numbers].reduce((sum, number) => sum + BigInt(number), 0n);
const sumOfText = (text: string): bigint => sumOf(new TextEncoder().encode(text));

/** Modulo 2^64, as C adds. */
export function totalOf(sample: Sample): bigint {
  const numbers = sumOf([
    sample.count,
    sample.offset,
    sample.tiny,
    sample.byte,
    sample.half,
    colors.indexOf(sample.color) + 1,
  ]);
  const texts = [sample.name, sample.label, ...sample.tags].reduce((sum, text) => sum + sumOfText(text), 0n);
  const bytes = sumOf(sample.bytes) + sumOf(sample.blob) + sumOf(sample.choice);
  const pairs = sample.pairs.reduce((sum, pair) => sum + BigInt(pair.first) + BigInt(pair.second), 0n);
  const readings = sample.readings.reduce(
    (sum, reading) => sum + BigInt(reading.id) + BigInt(severities.indexOf(reading.severity ?? "none")),
    0n,
  );
  const rest = sample.mask + sample.delta + sumOf(sample.numbers) + BigInt(sample.extra ?? 0);
  return BigInt.asUintN(64, numbers + texts + bytes + pairs + readings + rest);
}

export interface ProbeState {
  notified: string[];
  /** Who subscribed last. */
  listener?: Listener;
  /** The sample that was described last. */
  sample?: Sample;
}

export function typescriptProbe(state: ProbeState): Probe {
  return {
    add(a, b, c, d, e, f, color) {
      if (color === "dark-blue") throw new PluginError("TOO_DARK", "dark blue has no brighter color");
      const sum = BigInt(a) + b + BigInt(c) + BigInt(Math.trunc(d)) + BigInt(Math.trunc(e)) + BigInt(f);
      return { sum, brighter: colors[colors.indexOf(color) + 1] as string };
    },
    describe(sample) {
      state.sample = sample;
      return { severity: (sample.access & 2) !== 0 ? "harsh" : "mild", total: totalOf(sample), text: sample.label };
    },
    sort(readings) {
      return { sorted: readings.toReversed() as Reading[], names: readings.map(({ id }) => `${id},`).join("") };
    },
    sum(numbers, weights, text) {
      return sumOf(numbers) + sumOf(weights.map(Math.trunc)) + sumOfText(text);
    },
    classify(name) {
      if (name === "") return "none";
      return name.startsWith("h") ? "harsh" : "mild";
    },
    fill(from, to) {
      if (from.count > to.count) throw new PluginError("INVALID_ARGUMENT", "more bytes than elements");
      for (let index = 0; index < from.count; index++) {
        const at = index * to.stride;
        if (to.stride >= 32 && to.view.getUint32(at + 24, true) === 2) continue;
        to.view.setUint32(at, from.view.getUint8(index), true);
      }
    },
    async wait(milliseconds, signal) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new PluginError("CANCELLED", "nobody waits any longer");
      return milliseconds;
    },
    watch(session, listener) {
      if (session === undefined) throw new PluginError("NOBODY", "a session and a listener are needed");
      listener.progress(1, "one");
      listener.note("one");
      return 2;
    },
    notify(color, text) {
      state.notified.push(`${color} ${text}`);
    },
    health() {
      return {
        level: state.notified.length,
        severity: "none",
        report: { severity: "none", total: 0n, text: "present" },
      };
    },
    appended(value) {
      return 2 * value;
    },
    subscribe(_session, listener, other) {
      state.listener = listener;
      other?.progress(2, "two");
    },
  };
}
