import type { Command, Option } from "commander";

/** Adds options under a heading of the command's help. Equal headings are one group. */
export function addGroup(command: Command, heading: string, options: readonly Option[]): void {
  command.optionsGroup(heading);
  for (const option of options) command.addOption(option);
}

/** A command as it is typed, and what it is for. */
export type Example = readonly [what: string, command: string];

/** Ends the command's help with commands that can be copied. */
export function addExamples(command: Command, ...examples: readonly Example[]): Command {
  const lines = examples.map(([what, typed]) => `  # ${what}\n  ${typed.replaceAll("\n", "\n      ")}`);
  return command.addHelpText("after", `\n${examples.length > 1 ? "Examples" : "Example"}:\n${lines.join("\n\n")}`);
}
