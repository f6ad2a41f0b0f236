import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import { counted } from "../../texts/number-text.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { addRunOptions, givenConfig, inputHelp, number, type Flags } from "../run-options.ts";
import { writeError, writeJson, writeOut } from "../terminal.ts";

type ShardsFlags = Flags & { readonly shards: number | string; readonly on: string };

export function defineShards(program: Command): void {
  const command = program
    .command("shards")
    .argument("[input]", inputHelp)
    .summary("plan a run over many machines: Slurm, Ray, Kubernetes, or processes here")
    .description(
      "Plan a run in shards, which your scheduler runs as tasks, and write the script to give it. Nothing is read or paid. docs/scale.md has each engine step by step.",
    );
  addGroup(command, "Shards:", [
    new Option("--shards <n>", "how many shards: some 4 for each machine").argParser(number).makeOptionMandatory(),
    new Option("--on <engine>", "what runs them: slurm, ray, kubernetes or local").makeOptionMandatory(),
  ]);
  addRunOptions(command);
  addExamples(command, [
    "64 tasks of a Slurm cluster, each with a server on its own machine",
    "sysgen shards data.jsonl --shards 64 --on slurm --model M \\\n--base-url http://localhost:8000/v1 --out runs/big",
  ]).action(shards);
}

async function shards(input: string | undefined, { shards: wanted, on, ...flags }: ShardsFlags): Promise<void> {
  const [{ mostShards }, { makePlan }, { writeScript }, { engines }, { payFor, renderNextSteps, stepsAfterPlan }] = await Promise.all([
    import("../../shards/plan.ts"),
    import("../../shards/make-plan.ts"),
    import("../../shards/write-script.ts"),
    import("../../shards/engines/index.ts"),
    import("../next-steps.ts"),
  ]);
  if (typeof wanted !== "number" || !Number.isInteger(wanted) || wanted < 1 || wanted > mostShards)
    throw new UsageError(`--shards: expected a whole number from 1 to ${mostShards}, found "${wanted}".`);
  if (!engines.some(({ name }) => name === on))
    throw new UsageError(`--on: expected one of ${engines.map(({ name }) => name).join(", ")}, found "${on}".`);
  // The files that a config names are found from any folder.
  const given = await givenConfig(input, { ...flags, ...(flags.config === undefined ? {} : { config: resolve(flags.config) }) });
  const { out, plan } = await makePlan(given, wanted, (text) => writeError(`${text}\n`));
  const { model, baseUrl: baseUrls = [] } = plan.config;
  const program = [process.execPath, resolve(process.argv[1] ?? "sysgen")];
  const facts = { out, shards: wanted, program, model: model ?? "", baseUrls, codes: exitCodes };
  const { path, start, isKept } = await writeScript(on, facts);
  if (given.json === true) return writeJson({ out, shards: wanted, script: path, start });
  const kept = isKept ? " It was there and may hold lines of yours, so it stays as it is." : "";
  if (plan.closed !== undefined)
    return writeOut(
      `Planned anew in ${out}. Its shards are closed, because "sysgen merge --pay" began to pay for what they had not.\n\n${renderNextSteps([payFor(out)])}\n`,
    );
  writeOut(
    `${counted(wanted, "shard")} planned in ${out}. Read ${path} before you start it: it is yours to edit.${kept}\n\n${renderNextSteps(stepsAfterPlan(out, start))}\n`,
  );
}
