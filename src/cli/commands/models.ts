import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { thousands } from "../../texts/number-text.ts";
import { addExamples } from "../help.ts";
import { pc, writeError, writeOut } from "../terminal.ts";
import { hang } from "../wrap-text.ts";

export function defineModels(program: Command): void {
  const models = program
    .command("models")
    .summary("list the named embedded models, and fetch one")
    .description("List the named embedded models: which are on disk, which fit this machine, and which one is recommended.")
    .action(list);
  addExamples(models, ["fetch one", "sysgen models pull qwen3-4b"]);
  const pulling = models
    .command("pull")
    .argument("<name>", "a named model, or hf:<owner>/<name>[@revision]/<file>.gguf")
    .summary("fetch a model to the cache")
    .description("Fetch a model to the cache (SYSGEN_CACHE, else the XDG cache folder). Goes on where an earlier fetch broke off.")
    .action(pull);
  addExamples(pulling, ["a named model", "sysgen models pull qwen3-4b"]);
}

async function list(): Promise<void> {
  const [
    { catalog, defaultModelName },
    { fits, recommendedModel },
    { cachedPath, modelsFolder },
    { freeMemory },
    { cpuThreads },
    { existsSync },
  ] = await Promise.all([
    import("../../models/weights/catalog.ts"),
    import("../../models/weights/recommend.ts"),
    import("../../models/weights/weights.ts"),
    import("../../models/embedded/free-memory.ts"),
    import("../../models/embedded/cpu-threads.ts"),
    import("node:fs"),
  ]);
  const room = { freeBytes: freeMemory(), cores: cpuThreads() };
  const nameWidth = Math.max(...catalog.map(({ name }) => name.length));
  for (const model of catalog) {
    const path = cachedPath(model, process.env);
    const onDisk = existsSync(path);
    const mark = onDisk ? pc.green("on disk") : "       ";
    const size = `${thousands(model.bytes / 1e6)} MB`.padStart(8);
    const memory = `needs ${String(model.memoryGB).padStart(4)} GB of memory, ${fits(model, room) ? "which fits" : pc.yellow("too much  ")}`;
    const isDefault = model.name === defaultModelName ? " (default)" : "";
    writeOut(
      `${mark}  ${hang}${pc.bold(model.name.padEnd(nameWidth))}  ${size}  ${memory}  ${model.licence}: ${model.about}${isDefault}\n`,
    );
    if (onDisk) writeOut(`         ${pc.dim(path)}\n`);
  }
  const recommended = recommendedModel(room);
  writeOut(
    `\nThis machine has ${(room.freeBytes / 1e9).toFixed(1)} GB of free memory and ${room.cores} ${room.cores === 1 ? "core" : "cores"}. ` +
      `${recommended ? `Recommended: ${pc.bold(recommended.name)}.` : "Recommended: a model on a server (--base-url)."}\n` +
      `Models are kept in ${modelsFolder(process.env)}. Any other .gguf file: --model ./file.gguf, or of the Hugging Face hub: --model hf:<owner>/<name>/<file>.gguf\n`,
  );
}

async function pull(name: string): Promise<void> {
  const [{ catalog }, { findModel }, { pullWeights }] = await Promise.all([
    import("../../models/weights/catalog.ts"),
    import("../../models/weights/find-model.ts"),
    import("../../models/weights/weights.ts"),
  ]);
  const model = findModel(name);
  if (!model)
    throw new UsageError(
      `Unknown model "${name}". Expected one of: ${catalog.map((candidate) => candidate.name).join(", ")}; or hf:<owner>/<name>/<file>.gguf.`,
    );
  const { downloadLine } = await import("../download-line.ts");
  const path = await pullWeights(model, {
    env: process.env,
    onNotice: (text) => writeError(`${text}\n`),
    onProgress: downloadLine(process.stderr),
  });
  writeOut(`${path}\n`);
}
