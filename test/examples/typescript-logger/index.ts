import { definePlugin } from "vm-plugin/sdk";

export default definePlugin({
  points: {
    "debug.logger": {
      json: {
        create: () => ({
          log({ level, source, message }) {
            process.stderr.write(`${JSON.stringify({ level, source, message })}\n`);
          },
        }),
      },
    },
  },
});
