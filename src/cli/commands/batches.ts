import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples } from "../help.ts";
import { collect } from "../run-options.ts";
import { writeError, writeJson, writeOut } from "../terminal.ts";

interface BatchesFlags {
  readonly cancel?: boolean;
  readonly giveUp?: boolean;
  readonly json?: boolean;
  readonly baseUrl?: string[];
  readonly apiKeyEnv?: string;
  readonly header?: string[];
}

export function defineBatches(program: Command): void {
  const command = program
    .command("batches")
    .argument("<run>", "run directory")
    .summary("say which batches of a run are open, or cancel them")
    .description(
      "Say which batches of a run are open at their servers, how old they are and how far. --cancel ends them: what was done by then is paid and kept, and the next sysgen run takes it. A file that was not sent is not sent any more. A batch that its server does not know, or whose output cannot be read, stays open until --give-up.",
    )
    .addOption(new Option("--cancel", "cancel all that are open"))
    .addOption(
      new Option(
        "--give-up",
        "with --cancel: give up batches that their servers do not know or whose output cannot be read; their calls are paid again",
      ),
    )
    .addOption(
      new Option("--base-url <url>", "base URL of a batch's server, where it has a user, a password or a query; repeatable").argParser(
        collect,
      ),
    )
    .addOption(new Option("--api-key-env <VAR>", "environment variable that holds the key (default: as the batches were sent with)"))
    .addOption(new Option("--header <line>", "further header of each request, as in sysgen run; repeatable").argParser(collect))
    .addOption(new Option("--json", "the result as JSON on stdout"));
  addExamples(command, ["what is open", "sysgen batches runs/mine"], ["and end it", "sysgen batches runs/mine --cancel"]).action(batches);
}

async function batches(run: string, flags: BatchesFlags): Promise<void> {
  const { cancel = false, giveUp = false, json = false, baseUrl, apiKeyEnv, header } = flags;
  const [{ askAboutBatches }, { batchLine }, { configSchema }, { readFlags, withRepeated }, { counted }] = await Promise.all([
    import("../../execution/batch/ask-about-batches.ts"),
    import("../batches-text.ts"),
    import("../../config/config-schema.ts"),
    import("../run-options.ts"),
    import("../../texts/number-text.ts"),
  ]);
  if (giveUp && !cancel) throw new UsageError("--give-up goes with --cancel.");
  const given = withRepeated({ ...(header && { header }), ...(baseUrl && { baseUrl }) });
  const { headers, baseUrl: baseUrls } = readFlags(configSchema.pick({ headers: true, baseUrl: true }), given);
  const onNotice = (text: string): void => writeError(`${text}\n`);
  const found = await askAboutBatches(run, { cancel, giveUp, baseUrls, apiKeyEnv, headers, onNotice });
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
