import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakePython } from "../../../test/fixtures/lm-eval-recorded.ts";
import { serveFolder } from "./served-folder.ts";
import type { ServedFolder } from "../tools.ts";

let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "served-"));
  model = join(folder, "tiny");
  await mkdir(model);
  await writeFile(join(model, "chat_template.jinja"), "{{ messages }}");
});
afterEach(() => rm(folder, { recursive: true }));

function serve(fake: object = {}, change: { folder?: string; signal?: AbortSignal; python?: string } = {}): Promise<ServedFolder> {
  return serveFolder({
    folder: model,
    python: fakePython,
    env: { ...process.env, FAKE_PYTHON: JSON.stringify(fake) },
    signal: new AbortController().signal,
    log: join(folder, "server.log"),
    onNotice: () => {},
    ...change,
  });
}

test("a folder is served until it is closed", async () => {
  const served = await serve();
  const { baseUrl, versions } = served;
  expect([served.model, versions]).toEqual([model, { transformers: "5.24.0" }]);
  expect((await fetch(`${baseUrl}/models`)).status).toBe(200);
  await served.close();
  await expect(fetch(`${baseUrl}/models`)).rejects.toThrow("fetch failed");
  expect(await readFile(join(folder, "server.log"), "utf8")).toContain("Uvicorn running");
});

test("a relative folder is found from the folder that the server is started in", async () => {
  const served = await serve({}, { folder: relative(process.cwd(), model) });
  expect(served.model).toBe(model);
  await served.close();
});

test("a server that does not come up is told with its last error", async () => {
  const lines = ["Traceback", "OSError: tiny does not appear to have a file named config.json.", "Aborted!"];
  await expect(serve({ lines })).rejects.toThrow(
    /\/tiny could not be served \(code 1: OSError: .*config\.json\.\)\. All output is in .*server\.log/,
  );
  await expect(serve({ lines: ["ModuleNotFoundError: No module named 'uvicorn'"] })).rejects.toThrow(/Run "sysgen python install"/);
  await expect(serve({ lines: ["torch.OutOfMemoryError: CUDA out of memory."] })).rejects.toThrow(/does not fit into memory/);
  await expect(serve({}, { python: join(folder, "nothing") })).rejects.toThrow(/No Python interpreter at/);
});

test("a folder without a chat template is refused before it is served, and one among several counts", async () => {
  await rm(join(model, "chat_template.jinja"));
  await expect(serve()).rejects.toThrow(/tiny has no chat template .* Tasks of lm-evaluation-harness need none/);
  const templates = ["tool_use", "default"].map((name) => ({ name, template: name }));
  await writeFile(join(model, "tokenizer_config.json"), JSON.stringify({ chat_template: templates }));
  await (await serve()).close();
});

test("a server of another model is not taken, and the wait can be ended", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 700);
  await expect(serve({ model: "other" }, { signal: abort.signal })).rejects.toThrow(/abort/i);
});
