import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { baseModel, type BaseModelOptions } from "./base-model.ts";
import { runTrainingTool } from "./run-training-tool.ts";

/**
 * The folder of the model that `--model` names. One of the hub is fetched into the hub's cache, as
 * for training.
 * @throws UsageError when there is no such model.
 */
export async function baseFolder(name: string, options: BaseModelOptions): Promise<string> {
  const { source, revision } = await baseModel(name, options);
  if (existsSync(source)) return source;
  const { python, env, signal, onNotice } = options;
  onNotice(`Fetching ${source} from the hub, unless the hub's cache has it`);
  const work = await mkdtemp(join(tmpdir(), "sysgen-fetch-"));
  let folder: string | undefined;
  let hasFailed = false;
  try {
    const end = await runTrainingTool({
      python,
      name: "fetch_model.py",
      settings: { model: source, revision },
      folder: work,
      env,
      signal,
      onEvent: (event) => {
        if (event.kind === "fetched") folder = event.folder;
      },
    });
    signal?.throwIfAborted();
    hasFailed = end.state === "failed";
    if (end.state === "failed") throw new UsageError(end.cause);
    if (folder === undefined) throw new UsageError(`${source} could not be fetched from the hub.`);
    return folder;
  } finally {
    // The cause of a failure names the log.
    if (!hasFailed) await rm(work, { recursive: true });
  }
}
