import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { startModelServer } from "../fixtures/model-server.ts";
import { temporaryFolder } from "../fixtures/sysgen.ts";

// Executes examples/quickstart.ipynb as a user would, on a local model server. `npm run
// check:notebook` makes a venv in .venvs/notebook, with Jupyter's own executor.

const root = fileURLToPath(new URL("../../", import.meta.url));
const venv = join(root, ".venvs", "notebook");
const start = promisify(execFile);

const output = z.object({
  name: z.string().optional(),
  text: z.array(z.string()).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const notebook = z.object({ cells: z.array(z.object({ source: z.array(z.string()), outputs: z.array(output).optional() })) });

test("the notebook runs from its first cell to its last", async (context) => {
  const pip = (...args: string[]) => start(join(venv, "bin", "pip"), ["install", "--quiet", ...args]);
  try {
    await start("python3", ["-m", "venv", venv]);
    await pip("nbclient", "ipykernel", "datasets", "hatchling");
  } catch (error) {
    context.skip(`The packages cannot be installed: ${String(error)}`);
  }
  await pip("--no-build-isolation", join(root, "python"));
  await using server = await startModelServer();
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "examples"));
  await cp(join(root, "examples", "quickstart.ipynb"), join(folder.path, "examples", "quickstart.ipynb"));
  await symlink(join(root, "python"), join(folder.path, "python"));
  const env = {
    ...process.env,
    SYSGEN_COMMAND: `'${process.execPath}' '${join(root, "dist", "cli", "main.js")}'`,
    SYSGEN_BASE_URL: server.url,
    SYSGEN_MODEL: "local-model",
    HF_HUB_OFFLINE: "1",
  };
  const args = ["quickstart.ipynb", "--output=executed.ipynb", "--kernel_name=python3"];
  await start(join(venv, "bin", "jupyter-execute"), args, { cwd: join(folder.path, "examples"), env });

  const { cells } = notebook.parse(JSON.parse(await readFile(join(folder.path, "examples", "executed.ipynb"), "utf8")));
  /** What the cell that holds these words wrote and returned. */
  const shown = (words: string): string => {
    const cell = cells.find(({ source }) => source.join("").includes(words));
    return (cell?.outputs ?? []).map(({ text, data }) => `${text?.join("") ?? ""}${JSON.stringify(data?.["text/plain"] ?? "")}`).join("\n");
  };
  expect(shown("sysgen.run(")).toMatch(/python-rows\.jsonl \(alpaca\) -> [^]*'done': 3/);
  expect(shown("next(iter(run))")).toMatch(/^system: [^]*user: A tram[^]*assistant: [^]*good +Role: /);
  expect(shown("run.rejected")).toContain("empty was dropped in read as empty-instruction");
  expect(shown("run.to_dataset()")).toMatch(/num_rows: 3/);
  // The server's response to the tram has not its answer, so the original was kept.
  expect(shown("run.export(")).toMatch(/'rows': 2[^]*'leftOutKeptOriginal': 1/);
  expect(shown("README.md")).toContain("trl sft");
});
