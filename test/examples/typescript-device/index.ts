import { definePlugin } from "vm-plugin/sdk";

export default definePlugin({
  points: {
    "device.virtual": {
      dice: {
        create: () => ({
          regions: () => [{ kind: "mmio", address: 0x20_0000_1000n, size: 4096 }],
          read: () => BigInt(1 + Math.floor(Math.random() * 6)),
          write(_region, _offset, _size, value) {
            throw new Error(`a die takes no ${value}`);
          },
        }),
      },
    },
  },
});
