import { definePlugin } from "vm-plugin/sdk";

export default definePlugin({
  points: {
    "debug.logger": {
      console: {
        create: () => ({
          log({ level, source, message }) {
            process.stderr.write(`vm-plugin: ${level}: ${source}: ${message}\n`);
          },
        }),
      },
    },
  },
});
