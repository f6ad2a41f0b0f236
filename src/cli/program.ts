import { Command, CommanderError, Option } from "commander";
import { RunInUse, SysGenError, isAbort } from "../errors.ts";
import { isOutOfFiles, tooFewFiles } from "../platform/open-files.ts";
import { isOutage } from "../platform/outage.ts";
import { packageVersion } from "../platform/version.ts";
import { commandGroups } from "./commands/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { columnsOf, pc, writeError, writeOut } from "./terminal.ts";

const helpWidth = Math.min(120, columnsOf(process.stdout) ?? 120);
const program = new Command("sysgen")
  .description(
    "Generates system messages for supervised fine-tuning data, verifies them phrase by phrase, and writes responses that obey them.",
  )
  .version(packageVersion())
  .showHelpAfterError("(sysgen <command> --help lists the options)")
  .configureOutput({ writeOut, writeErr: writeError })
  .addHelpText(
    "after",
    `\nBegin with:\n  sysgen init                      # asks four questions, and writes sysgen.yaml\n  sysgen run --config sysgen.yaml  # goes on where it stopped, if typed again`,
  );
for (const [heading, definitions] of Object.entries(commandGroups)) {
  program.commandsGroup(heading);
  for (const define of definitions) define(program);
}
program.commandsGroup("Set up:");
for (const command of [program, ...program.commands, ...program.commands.flatMap((inner) => inner.commands)]) {
  command.exitOverride().configureHelp({ helpWidth, styleTitle: pc.bold }).addHelpOption(helpOption(command));
}
program.helpCommand("help [command]", "show the help of a command");

// A reader that closes the pipe early, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  writeError(`${pc.red("error:")} cannot write the result: ${error.message}\n`);
  process.exit(isOutage(error) ? exitCodes.outage : exitCodes.usage);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
// An input that never ends, such as a pipe, would keep the interrupted process alive.
if (process.exitCode === exitCodes.interrupted) process.stdout.write("", () => process.exit());

/** The option that shows the help, in the last group that the help has. */
function helpOption({ options }: Command): Option {
  const headings = new Set(options.map(({ helpGroupHeading }) => helpGroupHeading));
  return new Option("-h, --help", "show this help").helpGroup([...headings].at(-1) ?? "Options:");
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (isAbort(error)) return exitCodes.interrupted;
  if (isOutOfFiles(error)) writeError(`${pc.red("error:")} ${tooFewFiles()}\n`);
  else if (error instanceof SysGenError || (error instanceof Error && isOutage(error)))
    writeError(`${pc.red("error:")} ${error.message}\n`);
  else
    writeError(
      `${pc.red("error:")} this is a fault of sysgen, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
  return error instanceof RunInUse ? exitCodes.inUse : isOutage(error) ? exitCodes.outage : exitCodes.usage;
}
