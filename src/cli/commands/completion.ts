import { Argument, type Command } from "commander";
import { addExamples } from "../help.ts";
import { writeOut } from "../terminal.ts";
import { unbroken } from "../wrap-text.ts";

const shells = ["bash", "zsh", "fish"] as const;

export function defineCompletion(program: Command): void {
  const command = program
    .command("completion")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(shells))
    .summary("print the completion of a shell, for commands, options and their values")
    .description("Print the completion of a shell: commands, options, their values, and files. A new shell has it.")
    .action((shell: string) => completion(shell, program));
  addExamples(
    command,
    ["bash", "sysgen completion bash > ~/.local/share/bash-completion/completions/sysgen"],
    ["zsh", `sysgen completion zsh > "\${fpath[1]}/_sysgen"`],
    ["fish", "sysgen completion fish > ~/.config/fish/completions/sysgen.fish"],
  );
}

async function completion(shell: string, program: Command): Promise<void> {
  const [{ offeredCommand }, { knownValues }, { bashCompletion }, { zshCompletion }, { fishCompletion }] = await Promise.all([
    import("../completion/tree.ts"),
    import("../completion/known-values.ts"),
    import("../completion/bash.ts"),
    import("../completion/zsh.ts"),
    import("../completion/fish.ts"),
  ]);
  const offered = offeredCommand(program, knownValues());
  writeOut(unbroken(shell === "bash" ? bashCompletion(offered) : shell === "zsh" ? zshCompletion(offered) : fishCompletion(offered)));
}
