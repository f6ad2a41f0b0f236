import type { Command } from "commander";
import pc from "picocolors";
import { UsageError } from "../../errors.ts";
import { thousands } from "../../texts/number-text.ts";

export function defineModels(program: Command): void {
  const models = program.command("models").description("List the named embedded models: which are on disk, and where.").action(list);
  models
    .command("pull")
    .argument("<name>", "a named model, or hf:<owner>/<name>[@revision]/<file>.gguf")
    .description("Fetch a model to the cache (SYSGEN_CACHE, else the XDG cache folder). Goes on where an earlier fetch broke off.")
    .action(pull);
}

async function list(): Promise<void> {
  const [{ catalog, defaultModelName }, { cachedPath, modelsFolder }, { existsSync, statSync }] = await Promise.all([
    import("../../models/weights/catalog.ts"),
    import("../../models/weights/weights.ts"),
    import("node:fs"),
  ]);
  for (const model of catalog) {
    const path = cachedPath(model, process.env);
    const onDisk = existsSync(path);
    const size = onDisk
      ? `${thousands(statSync(path).size / 1e6)} MB`
      : model.bytes === undefined
        ? ""
        : `${thousands(model.bytes / 1e6)} MB to fetch`;
    const memory = model.memoryGB === undefined ? "" : `needs ${model.memoryGB} GB of memory`;
    const mark = onDisk ? pc.green("on disk") : "       ";
    process.stdout.write(
      `${mark}  ${pc.bold(model.name.padEnd(14))} ${size.padEnd(18)} ${memory.padEnd(24)} ${model.licence}: ${model.about}${model.name === defaultModelName ? " (default)" : ""}\n`,
    );
    if (onDisk) process.stdout.write(`         ${pc.dim(path)}\n`);
  }
  process.stdout.write(
    `\nModels are kept in ${modelsFolder(process.env)}. Any other .gguf file: --model ./file.gguf, or of the Hugging Face hub: --model hf:<owner>/<name>/<file>.gguf\n`,
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
    onNotice: (text) => process.stderr.write(`${text}\n`),
    onProgress: downloadLine(process.stderr),
  });
  process.stdout.write(`${path}\n`);
}
