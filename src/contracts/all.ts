/** The contracts of this package, each after those that it uses. */
import abi from "./abi.ts";
import accelVirtualization from "./accel-virtualization.ts";
import archSimulator from "./arch-simulator.ts";
import config from "./config.ts";
import debugLogger from "./debug-logger.ts";
import deviceVirtual from "./device-virtual.ts";
import hypervisor from "./hypervisor.ts";
import type { Contract } from "./language/index.ts";
import log from "./log.ts";
import machine from "./machine.ts";
import memory from "./memory.ts";
import osPersonality from "./os-personality.ts";
import plugin from "./plugin.ts";
import transport from "./transport.ts";
import vcpu from "./vcpu.ts";

export const contracts: readonly Contract[] = [
  abi,
  config,
  log,
  memory,
  vcpu,
  machine,
  plugin,
  archSimulator,
  accelVirtualization,
  hypervisor,
  osPersonality,
  deviceVirtual,
  debugLogger,
  transport,
];
