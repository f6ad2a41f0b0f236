import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import { addExamples } from "../help.ts";
import { interrupted } from "../interrupt.ts";
import { pc, writeError, writeOut } from "../terminal.ts";

interface ViewFlags {
  readonly port: number;
  readonly open: boolean;
  readonly compare?: string;
}

export function defineView(program: Command): void {
  const command = program
    .command("view")
    .argument("<run>", "run directory")
    .summary("look at a run's rows in the browser, and mark them; works while it runs")
    .description(
      "Look at a run in the browser: a table of its rows with filters, each row with its phrases, a diff of old and new response and the model calls behind it. Mark rows to keep or drop. Works while it runs; for this machine alone.",
    )
    .addOption(new Option("--compare <run>", "another run directory, to compare row by row"))
    .addOption(new Option("--port <n>", "port on 127.0.0.1").argParser(portOf).default(0, "one that is free"))
    .addOption(new Option("--no-open", "open no browser"));
  addExamples(command, ["two runs side by side", "sysgen view runs/mine --compare runs/other"]).action(view);
}

async function view(run: string, { port, open, compare }: ViewFlags): Promise<void> {
  const [{ serveViewer }, { openBrowser }] = await Promise.all([import("../../viewer/serve.ts"), import("../open-browser.ts")]);
  await using viewer = await serveViewer({ run, compare, port });
  // Beside a run (`sysgen run --view`) it ends with the run's process.
  const left = new Promise((resolve) => process.once("disconnect", resolve));
  const ended = Promise.race([interrupted(), left]);
  writeOut(`${pc.bold(viewer.url)}\n`);
  writeError(`${pc.dim("Ctrl-C ends it.")}\n`);
  if (open) openBrowser(viewer.url, process.env, process.platform);
  await ended;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new UsageError(`--port ${text}: expected a number from 0 to 65535`);
  return port;
}
