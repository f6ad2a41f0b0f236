import { allCommands, shortly, type Offer, type OfferedCommand } from "./tree.ts";

/** The completion of fish. */
export function fishCompletion(program: OfferedCommand): string {
  const lines = allCommands(program).flatMap((command) => {
    const when = `complete -c sysgen -n ${quoted(conditionOf(command))}`;
    const rest = offer(command.argument);
    return [
      ...command.commands.map(({ path, about }) => `${when} -a ${path.at(-1)} -d ${quoted(shortly(about))}`),
      ...(rest === "" ? [] : [`${when} ${rest}`]),
      ...command.options.map(({ long, short, about, value }) => {
        const names = `${short ? `-s ${short.slice(1)} ` : ""}-l ${long.slice(2)}`;
        const values = value === undefined ? "" : ` -r ${offer(value) || "-f"}`;
        return `${when} ${names}${values} -d ${quoted(shortly(about))}`;
      }),
    ];
  });
  return `# Completion of sysgen for fish.\ncomplete -c sysgen -f\n${lines.join("\n")}\n`;
}

/** Whether the command, and none below it, was typed. */
function conditionOf({ path, commands }: OfferedCommand): string {
  if (path.length === 0) return "__fish_use_subcommand";
  const below = commands.map(({ path: names }) => names.at(-1));
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  return [...seen, ...(below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(" ")}`] : [])].join("; and ");
}

function offer({ words, paths }: Offer): string {
  const list = [...words, ...(paths === "folders" ? ["(__fish_complete_directories)"] : [])].join(" ");
  return [...(list === "" ? [] : [`-a ${quoted(list)}`]), ...(paths === "files" ? ["-F"] : list === "" ? [] : ["-f"])].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
