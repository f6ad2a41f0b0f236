import { UsageError } from "../../errors.ts";
import { catalog, type WeightsFile } from "./catalog.ts";

const prefix = "hf:";
const reference = /^hf:(\w[\w.-]*\/\w[\w.-]*?)(?:@(\w[\w.-]*))?\/((?:\w[\w.+-]*\/)*\w[\w.+-]*\.gguf)$/;

/**
 * The model that a name stands for. It is a model of the catalogue, or a file of the hub as
 * `hf:<owner>/<name>[@revision]/<file>.gguf`. Undefined for any other text, which may be a path.
 * @throws UsageError for `hf:` that is followed by something else.
 */
export function findModel(name: string): WeightsFile | undefined {
  const known = catalog.find((model) => model.name === name);
  if (known !== undefined || !name.startsWith(prefix)) return known;
  const [, repo, revision, path] = reference.exec(name) ?? [];
  if (repo === undefined || path === undefined)
    throw new UsageError(
      `Cannot read "${name}" as a model of the hub. Expected hf:<owner>/<name>[@revision]/<file>.gguf, for example hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q8_0.gguf.`,
    );
  // The cache folder has repository and revision in its name, because files may have equal names.
  const folder = `${repo.replace("/", "--")}${revision === undefined ? "" : `@${revision}`}`;
  return {
    name,
    file: `hub/${folder}/${path}`,
    hub: { repo, revision: revision ?? "main", path },
  };
}
