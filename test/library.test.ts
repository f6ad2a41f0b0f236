import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { startModelServer, wellBehaved } from "./fixtures/model-server.ts";
import { questions, temporaryFolder } from "./fixtures/sysgen.ts";

// The examples of docs/library.md and the README are files of examples/library. `npm run types`
// compiles them, and this test runs them.

const root = fileURLToPath(new URL("../", import.meta.url));
const examples = join(root, "examples/library");

test("the code blocks of docs/library.md and the README are the examples", async () => {
  const files = await readdir(examples);
  const texts = await Promise.all(files.map((file) => readFile(join(examples, file), "utf8")));
  const blocksOf = async (page: string): Promise<string[]> =>
    [...(await readFile(join(root, page), "utf8")).matchAll(/^```(?:ts|js)\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  const inDocs = await blocksOf("docs/library.md");
  const inReadme = await blocksOf("README.md");
  expect(inDocs.toSorted()).toEqual(texts.toSorted());
  expect(inReadme.length).toBeGreaterThan(0);
  for (const block of inReadme) expect(texts).toContain(block);
});

/** What each example prints. */
const printed: Readonly<Record<string, RegExp>> = {
  "rows-in-rows-out.ts": /role: 'system'[^]*role: 'assistant'[^]*1 of 1 rows/,
  "from-a-stream.ts": /^line-1 done\nline-2 done$/,
  "run.ts": /done: 3,\s+writtenAnew: 3/,
  "own-gate.ts": /^2 \[[^]*reason: 'gate-no-apology',\s+rows: 1/,
  "own-phase.ts": /^2$/,
  "own-model.ts": /^3 \[[^]*phase: 'respond',\s+calls: 3/,
  "own-format.ts": /^1$/,
  "own-metric.ts": /^0$/,
};

test("every example runs, and no part of one's own takes ten lines", { timeout: 60_000 }, async () => {
  let running = "";
  await using server = await startModelServer((call) => {
    const asked = call.body.messages.at(-1)?.content ?? "";
    if (asked.startsWith("Name the topic")) return { text: asked.includes("number 2?") ? "politics" : "facts" };
    if (running === "own-gate.ts" && call.phase === "respond" && asked.includes("number 2?")) return { text: "Sorry, it is known." };
    return wellBehaved(call);
  });
  await using folder = await temporaryFolder();
  await folder.jsonl("data.jsonl", questions(3));
  await folder.jsonl("tickets.jsonl", [{ ticket: "It does not start.", solution: "Plug it in.", team: "desk" }]);
  const files = (await readdir(examples)).filter((file) => file.endsWith(".ts"));
  expect(files.toSorted()).toEqual(Object.keys(printed).toSorted());
  const { formatWithOptions } = await import("node:util");
  for (const file of Object.keys(printed)) {
    running = file;
    const text = await readFile(join(examples, file), "utf8");
    const own = /^const \w+: Own\w+ = \{\n[^]*?^\};\n/m.exec(text)?.[0];
    if (file.startsWith("own-")) expect(own?.split("\n").length, file).toBeLessThanOrEqual(10);
    const here = text
      .replaceAll("http://gpu1:8000/v1", server.url)
      .replaceAll('"runs/', `"${folder.path}/runs/`)
      .replaceAll(/"(data|tickets)\.jsonl"/g, `"${folder.path}/$1.jsonl"`);
    const path = await folder.file(file, here);
    const lines: string[] = [];
    const log = vi
      .spyOn(console, "log")
      .mockImplementation((...values) => void lines.push(formatWithOptions({ colors: false }, ...values)));
    try {
      await import(path);
    } finally {
      log.mockRestore();
    }
    expect(lines.join("\n"), file).toMatch(printed[file] ?? /never/);
  }
});
