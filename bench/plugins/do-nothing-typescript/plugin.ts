/** The overhead baseline in TypeScript: a device of one page whose registers read 0 and forget what is written. */
import { definePlugin } from "vm-plugin/sdk";

export default definePlugin({
  points: {
    "device.virtual": {
      "do-nothing-typescript": {
        create: () => ({
          regions: () => [{ kind: "mmio", address: 0x10000000n, size: 4096 }],
          read: () => 0,
          write: () => {},
        }),
      },
    },
  },
});
