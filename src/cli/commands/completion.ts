import { printable, VmPluginError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Command } from "../command.ts";
import { candidatesFor } from "../complete.ts";
import { completionScripts } from "../completion-scripts.ts";
import { print } from "../output.ts";

const shells = Object.keys(completionScripts);

export const completion: Command = {
  name: "completion",
  about: `Prints a script that makes a shell complete the words of vm-plugin:
  bash  source <(vm-plugin completion bash)
  zsh   source <(vm-plugin completion zsh)
  fish  vm-plugin completion fish | source
"completion candidates -- WORDS..." is what the scripts ask.`,
  arguments: [
    { name: "SHELL", help: `${shells.join(", ")}, or candidates`, complete: shells },
    { name: "WORDS", optional: true, multiple: true, help: "with candidates: all words so far, the last unfinished" },
  ],
  options: {},
  async run(call) {
    const shell = call.argument("SHELL");
    const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
    if (script !== undefined) {
      print(script);
      return 0;
    }
    if (shell !== "candidates") {
      const reason = `expected one of ${shells.join(", ")}`;
      throw new VmPluginError("VMP_ARGUMENT_VALUE", {
        command: "completion",
        argument: shell,
        reason,
        hint: didYouMean(shell, shells),
      });
    }
    const { lookUpWords } = await import("../complete-home.ts");
    const { words, files } = await candidatesFor(call.rest("WORDS"), lookUpWords);
    const lines = words.map(({ word, help }) => `${printable(word)}\t${printable(help)}\n`);
    print([...lines, files === undefined ? "" : `:${files}\n`].join(""));
    return 0;
  },
};
