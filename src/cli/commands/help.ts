import type { Command } from "../command.ts";
import { commands, findCommand } from "../commands.ts";
import { helpOf, overview } from "../help.ts";
import { print } from "../output.ts";

export const help: Command = {
  name: "help",
  about: "Prints what a command does, or which commands there are.",
  arguments: [
    {
      name: "COMMAND",
      optional: true,
      multiple: true,
      help: 'a command, like list or "config set"',
      complete: "command",
    },
  ],
  options: {},
  async run(call) {
    const words = call.rest("COMMAND").flatMap((word) => word.split(" "));
    if (words.length === 0) {
      print(overview(commands));
      return 0;
    }
    const found = findCommand(words);
    print("group" in found ? overview(found.group.commands, found.name) : helpOf(await found.entry.load()));
    return 0;
  },
};
