import { definePlugin } from "vm-plugin/sdk";

const levels = ["none", "trace", "debug", "info", "warn", "error"];

export default definePlugin({
  points: {
    "debug.logger": {
      console: {
        create: () => ({
          log({ level, source, message }) {
            process.stderr.write(`vm-plugin: ${levels[level] ?? level}: ${source}: ${message}\n`);
          },
        }),
      },
    },
  },
});
