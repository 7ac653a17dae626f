/** Eight plugins that have nothing in common but the interface: other shapes, other functions, other ways to be written. */
import type { DeviceRegion, DeviceVirtual } from "../../src/contracts/generated/device-virtual.ts";

const regions = (): DeviceRegion[] => [{ kind: "mmio", address: 0x1000_0000n, size: 4096 }];
const write = (): void => {};

class Base implements DeviceVirtual {
  base = 1;
  regions = regions;
  write = write;
  read(region: number, offset: number, size: number): number {
    return (region ^ offset) + size + this.base;
  }
}

class Derived extends Base {
  override read(region: number, offset: number, size: number): number {
    return super.read(region, offset, size) + 1;
  }
}

class Private implements DeviceVirtual {
  #value = 5;
  regions = regions;
  write = write;
  read(region: number, offset: number, size: number): number {
    return (region & offset) + size + this.#value;
  }
}

class Counting implements DeviceVirtual {
  reads = 0;
  last = 0;
  regions = regions;
  write = write;
  read(region: number, offset: number, size: number): number {
    this.reads = (this.reads + 1) & 0xffff;
    this.last = offset;
    return region + size;
  }
}

class Table implements DeviceVirtual {
  readonly registers = new Uint32Array(16).map((_, index) => index * 3);
  regions = regions;
  write = write;
  read(_region: number, offset: number, size: number): number {
    return (this.registers[offset & 15] as number) + size;
  }
}

function closure(): DeviceVirtual {
  const value = 7;
  return { regions, write, read: (region, offset, size) => region * 2 + offset + size + value };
}

function literal(): DeviceVirtual {
  const device = {
    value: 6,
    regions,
    write,
    read(region: number, offset: number, size: number): number {
      return region + offset + size + this.value;
    },
  };
  return device;
}

function withoutPrototype(): DeviceVirtual {
  return Object.assign(Object.create(null) as object, {
    read: (region: number, offset: number, size: number) => (region | offset) - size,
    regions,
    write,
  });
}

export function eightDevices(): DeviceVirtual[] {
  return [
    new Base(),
    new Derived(),
    new Private(),
    new Counting(),
    new Table(),
    closure(),
    literal(),
    withoutPrototype(),
  ];
}
