/** Registers that read 0 and forget what is written: at port 0x600 and in memory each access is answered, at 0x610 writes are posted. */
import { definePlugin } from "vm-plugin/sdk";

export default definePlugin({
  points: {
    "device.virtual": {
      "registers-typescript": {
        create: () => ({
          regions: () => [
            { kind: "port", address: 0x600n, size: 16 },
            { kind: "port", address: 0x610n, size: 16 },
            { kind: "mmio", address: 0x10000000n, size: 4096 },
          ],
          read: () => 0,
          write: () => {},
          postedWrites: () => 0b010n,
          post: () => {},
        }),
      },
    },
  },
});
