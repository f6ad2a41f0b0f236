import { join } from "node:path";
import { Option, type Command } from "commander";
import { thousands } from "../../texts/number-text.ts";
import { writtenRows } from "../written-rows.ts";
import { untilInterrupted } from "../interrupt.ts";
import { addExamples, addGroup } from "../help.ts";
import { addVariantOptions, variantOf, type VariantFlags } from "./export.ts";
import { pc, writeError, writeJson, writeOut } from "../terminal.ts";

interface PushFlags extends VariantFlags {
  readonly yes?: boolean;
  readonly public?: boolean;
  readonly license?: string;
  readonly branch?: string;
  readonly json?: boolean;
}

export function definePush(program: Command): void {
  const command = program
    .command("push")
    .argument("<run>", "run directory")
    .argument("<repo>", "<owner>/<name> on the Hugging Face hub")
    .summary("publish a run as a dataset of the Hugging Face hub")
    .description(
      "Publish a run as a dataset of the Hugging Face hub: Parquet shards and a dataset card. Shows what would go up; --yes sends it. The token is HF_TOKEN's, or that of hf auth login.",
    );
  addGroup(command, "Hub:", [
    new Option("--yes", "send it"),
    new Option("--public", "make a new repository public (default: private; one that exists stays as it is)"),
    new Option("--license <id>", "licence of the rows (default: the source's)"),
    new Option("--branch <name>", "branch to commit to (default: main)"),
  ]);
  addVariantOptions(command);
  addGroup(command, "Output:", [new Option("--json", "the result as JSON on stdout")]);
  addExamples(command, [
    "look at what would go up, then send it",
    "sysgen push runs/mine my-team/my-set\nsysgen push runs/mine my-team/my-set --yes",
  ]).action(push);
}

async function push(run: string, repo: string, flags: PushFlags): Promise<void> {
  const [{ writeHubFolder }, { readJudgeResults }, { judgedWords }, { uploadDataset, checkTarget }, variant] = await Promise.all([
    import("../../exports/hub/hub-folder.ts"),
    import("../../evaluation/judge/read-results.ts"),
    import("../../evaluation/judge/judged-words.ts"),
    import("../../hub/upload.ts"),
    variantOf(flags),
  ]);
  checkTarget(repo);
  const { folder, files, rows, originalKept, leftOut, card } = await writeHubFolder({
    run,
    to: join(run, "hub"),
    repo,
    licence: flags.license,
    judged: judgedWords(await readJudgeResults(run)),
    ...variant,
  });
  const inAll = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const held = writtenRows({ rows: inAll, originalKept, leftOut, responses: variant.variant.responses });
  const result = { repo, folder, files, rows, originalKept, leftOut };
  const isPrivate = flags.public !== true;
  if (flags.yes !== true) {
    const metadata = card.slice(0, card.indexOf("\n---\n") + 4);
    const list = files.map(({ path, bytes }) => `  ${path.padEnd(40)} ${thousands(bytes)} bytes`);
    if (flags.json) return writeJson({ ...result, isPrivate, sent: false });
    writeOut(
      `${[`${pc.bold("would go to")}  ${repo}${isPrivate ? " (private, if it is made)" : " (public, if it is made)"}`, ...list, "", pc.dim(metadata), "", `The card is ${join(folder, "README.md")}. Nothing was sent: ${pc.bold("--yes")} sends it.`, held].join("\n")}\n`,
    );
    return;
  }
  const say = (text: string): void => writeError(`${text}\n`);
  using interrupt = untilInterrupted(say);
  const uploaded = await uploadDataset({
    repo,
    files,
    title: `${inAll} rows with system messages, by sysgen`,
    isPrivate,
    branch: flags.branch,
    env: process.env,
    signal: interrupt.signal,
  });
  if (flags.json) return writeJson({ ...result, isPrivate, sent: true, ...uploaded });
  writeOut(
    `${pc.green("sent")}  ${uploaded.sentFiles} of ${files.length} files (the others were there already)\n${uploaded.url}\n${held}\n`,
  );
}
