import { Option, type Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { addExamples } from "../help.ts";
import { collect } from "../run-options.ts";
import { writeJson, writeOut } from "../terminal.ts";

interface BatchesFlags {
  readonly cancel?: boolean;
  readonly json?: boolean;
  readonly apiKeyEnv?: string;
  readonly header?: string[];
}

export function defineBatches(program: Command): void {
  const command = program
    .command("batches")
    .argument("<run>", "run directory")
    .summary("say which batches of a run are open, or cancel them")
    .description(
      "Say which batches of a run are open at their servers, how old they are and how far. --cancel ends them: what was done by then is paid and kept, and the next sysgen run takes it. A file that was not sent is not sent any more, and a batch that its server has no more is given up.",
    )
    .addOption(new Option("--cancel", "cancel all that are open"))
    .addOption(new Option("--api-key-env <VAR>", "environment variable that holds the key (default: as the batches were sent with)"))
    .addOption(new Option("--header <line>", "further header of each request, as in sysgen run; repeatable").argParser(collect))
    .addOption(new Option("--json", "the result as JSON on stdout"));
  addExamples(command, ["what is open", "sysgen batches runs/mine"], ["and end it", "sysgen batches runs/mine --cancel"]).action(batches);
}

async function batches(run: string, { cancel = false, json = false, apiKeyEnv, header }: BatchesFlags): Promise<void> {
  const [{ askAboutBatches }, { batchLine }, { configSchema }, { readFlags, withRepeated }, { counted }] = await Promise.all([
    import("../../execution/batch/ask-about-batches.ts"),
    import("../batches-text.ts"),
    import("../../config/config-schema.ts"),
    import("../run-options.ts"),
    import("../../texts/number-text.ts"),
  ]);
  const { headers } = readFlags(configSchema.pick({ headers: true }), withRepeated({ ...(header && { header }) }));
  const found = await askAboutBatches(run, { cancel, apiKeyEnv, headers });
  if (json) writeJson(found);
  else {
    const lines = found.open.map(({ record, live, problem }) => {
      const number = String(record.batch).padStart(4, "0");
      return `${number}  ${batchLine(record, Date.now(), live)}${problem === undefined ? "" : `\n      ${problem}`}`;
    });
    const said = found.open.length === 0 ? `No batch is open. ${counted(found.taken, "batch", "batches")} taken.` : lines.join("\n");
    const open = found.open.filter(({ record }) => record.step !== "ended").length;
    const waits = open > 0 ? ` ${counted(open, "batch is", "batches are")} not ended yet, and the next run waits for that.` : "";
    const next = cancel && found.open.length > 0 ? `\n\nThe next sysgen run takes what was done, and asks for the rest anew.${waits}` : "";
    writeOut(`${said}${next}\n`);
  }
  if (found.open.some(({ problem }) => problem !== undefined)) process.exitCode = exitCodes.someFailed;
}
