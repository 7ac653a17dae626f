/** A PC16550D in TypeScript (its data sheet, section 8): what is sent is appended to a file, and nothing comes in. */
import { appendFileSync } from "node:fs";

export interface SerialPort {
  regions(): { kind: "port"; address: bigint; size: number }[];
  read(region: number, offset: number, size: number): bigint;
  write(region: number, offset: number, size: number, value: bigint): void;
}

export function serialPort(line: string): SerialPort {
  const registers = { enable: 0, queues: 0, line: 0, modem: 0, scratch: 0, low: 12, high: 0, changes: 0 };
  const received: number[] = [];
  let overrun = 0;
  let transmitter = false;
  const divides = () => (registers.line & 0x80) !== 0;
  const loops = () => (registers.modem & 0x10) !== 0;
  const depth = () => ((registers.queues & 1) === 0 ? 1 : 16);
  const lines = () => {
    if (!loops()) return 0xb0;
    const { modem } = registers;
    return ((modem & 2) << 3) | ((modem & 1) << 5) | ((modem & 4) << 4) | ((modem & 8) << 4);
  };

  function pending(): number {
    if ((registers.enable & 4) !== 0 && overrun !== 0) return 6;
    if ((registers.enable & 1) !== 0 && received.length > 0) {
      const trigger = depth() === 1 ? 1 : ([1, 4, 8, 14][registers.queues >> 6] ?? 1);
      return received.length >= trigger ? 4 : 12;
    }
    if ((registers.enable & 2) !== 0 && transmitter) return 2;
    return (registers.enable & 8) !== 0 && registers.changes !== 0 ? 0 : 1;
  }

  function send(byte: number): void {
    transmitter = true;
    if (!loops()) appendFileSync(line, Buffer.of(byte));
    else if (received.length < depth()) received.push(byte);
    else overrun = 2;
  }

  function readByte(register: number): number {
    switch (register) {
      case 0:
        return divides() ? registers.low : (received.shift() ?? 0);
      case 1:
        return divides() ? registers.high : registers.enable;
      case 2: {
        const identification = pending();
        if (identification === 2) transmitter = false;
        return identification | (depth() === 1 ? 0 : 0xc0);
      }
      case 3:
        return registers.line;
      case 4:
        return registers.modem;
      case 5: {
        const status = 0x60 | overrun | (received.length > 0 ? 1 : 0);
        overrun = 0;
        return status;
      }
      case 6: {
        const status = lines() | registers.changes;
        registers.changes = 0;
        return status;
      }
      default:
        return registers.scratch;
    }
  }

  function writeByte(register: number, value: number): void {
    if (register === 0) {
      if (divides()) registers.low = value;
      else send(value);
    } else if (register === 1) {
      if (divides()) {
        registers.high = value;
        return;
      }
      if ((registers.enable & 2) === 0 && (value & 2) !== 0) transmitter = true;
      registers.enable = value & 0x0f;
    } else if (register === 2) {
      if (((value ^ registers.queues) & 1) !== 0 || (value & 2) !== 0) received.length = 0;
      registers.queues = value & 0xc9;
    } else if (register === 3) {
      registers.line = value;
    } else if (register === 4) {
      const before = lines();
      registers.modem = value & 0x1f;
      const after = lines();
      registers.changes |= ((before ^ after) >> 4) & ((after & 0x40) === 0 ? 0x0f : 0x0b);
    } else if (register === 7) {
      registers.scratch = value;
    }
  }

  return {
    regions: () => [{ kind: "port", address: 0x3f8n, size: 8 }],
    read(_region, offset, size) {
      let value = 0n;
      for (let i = 0; i < size; i++) value |= BigInt(readByte(offset + i)) << BigInt(8 * i);
      return value;
    },
    write(_region, offset, size, value) {
      for (let i = 0; i < size; i++) writeByte(offset + i, Number((value >> BigInt(8 * i)) & 0xffn));
    },
  };
}
