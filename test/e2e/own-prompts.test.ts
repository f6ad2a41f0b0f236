import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyzeRun } from "../../src/analysis/analyze.ts";
import type { Config } from "../../src/config/config-schema.ts";
import { readConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/run-config.ts";
import { estimateRun } from "../../src/estimate/estimate.ts";
import { builtInFiles } from "../../src/phases/prompts/built-in-files.ts";
import { previewPipeline } from "../../src/pipeline/preview.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import { startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { questions, readRun, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

// Prompts, demonstrations and guidance of the user's own, over the whole road.

const rows = 3;
const guidance = "You work for Acme Boots of Trier. Never promise a date of delivery.";
const own = {
  prompt:
    "=== system ===\nWrite for the shop. {{ tags }} {{ reply_form }} WISHES: {{ guidance }}\n=== user ===\n{{ conversation }}\nNow in {{ language }}.",
  rubric:
    "=== system ===\nShop judge. {{ reply_form }} WISHES: {{ guidance }}\n=== phrase ===\nGood for the shop? {{ phrase }}\n=== message ===\nGood in all? {{ message }}",
  instructions: "=== system ===\n{{ system_message }}\n\nThink of the shop's two hundred years of making good boots while you answer.",
  demonstrations: [
    {
      instruction: "Do you mend soles?",
      response: "Yes.",
      phrases: [
        ["Role", "You mend the soles of boots at the counter."],
        ["Task", "Answer for the shop."],
      ],
    },
    { instruction: "Do you sell laces?", response: "Yes.", phrases: [["Task", "Answer for the counter."]] },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join(""),
};

/** A phrase of the program's own demonstrations, which nobody copied here. */
const builtIn = "You index contracts for an archive.";
const wished = "You work for Acme Boots of Trier.";
const copied = "You mend the soles of boots at the counter.";

let folder: Folder;
let server: ModelServer;
let input: string;
let begun = 0;

const partOf = ({ body }: ServedCall): keyof typeof own | "serves" | "builtIn" => {
  const head = body.messages[0]?.content ?? "";
  if (head.startsWith("Write for the shop.")) return "prompt";
  if (head.startsWith("Shop judge.")) return "rubric";
  if (head.includes("two hundred years")) return "instructions";
  return head.startsWith("You read one line") ? "serves" : "builtIn";
};

function serve(call: ServedCall): Served {
  const last = call.body.messages.at(-1)?.content ?? "";
  const about = /fact number \d/.exec(last)?.[0] ?? "nothing";
  switch (partOf(call)) {
    case "prompt":
      return {
        text: `<<Role>>${wished}<</Role>> <<Role>>${copied}<</Role>> <<Background>>${builtIn}<</Background>> <<Task>>Answer on ${about}.<</Task>> <<Style>>Be short about ${about}.<</Style>>`,
      };
    case "rubric":
      return { text: last.includes("Good in all?") || /Good for the shop\? .*fact/.test(last) ? "Yes" : "No" };
    case "instructions":
      return { text: `New on ${about}.` };
    default:
      return wellBehaved({ ...call, index: 0 });
  }
}

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer(serve);
  input = await folder.jsonl("rows.jsonl", questions(rows));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function run(name: string, more: Config): Promise<readonly ServedCall[]> {
  begun = server.calls.length;
  await runPipeline(resolveConfig({ input, out: join(folder.path, name), model: "m", baseUrl: [server.url], ...more }), { env: {} });
  return server.calls.slice(begun);
}

test("the program's prompts as files make the very calls that were paid without them, whatever their names", async () => {
  expect(await run("plain", {})).not.toEqual([]);
  const files = join(folder.path, "files");
  await mkdir(files);
  for (const { fileName, text } of builtInFiles("standard")) await writeFile(join(files, fileName), text);
  const named = (at: string): Config => ({
    generate: { prompt: join(at, "generate-prompt.liquid"), demonstrations: join(at, "generate-demonstrations.jsonl") },
    verify: { rubric: join(at, "verify-rubric.liquid") },
    respond: { instructions: join(at, "respond-instructions.liquid") },
  });
  expect(await run("plain", named(files))).toEqual([]);
  await rename(files, `${files}-moved`);
  expect(await run("plain", named(`${files}-moved`))).toEqual([]);
});

test("own texts reach the models, and a change of one pays its phase and what follows", async () => {
  const at = join(folder.path, "own");
  await mkdir(at);
  for (const [name, text] of Object.entries(own)) await writeFile(join(at, `${name}.txt`), text);
  await writeFile(join(at, "style.md"), `${guidance}\n`);
  await writeFile(
    join(at, "run.yaml"),
    "generate:\n  prompt: prompt.txt\n  demonstrations: demonstrations.txt\n  guidance: file:style.md\nverify:\n  rubric: rubric.txt\nrespond:\n  instructions: instructions.txt\n",
  );
  const config = readConfigFile(join(at, "run.yaml"));
  const calls = await run("shop", config);
  const of = (part: ReturnType<typeof partOf>): readonly ServedCall[] => calls.filter((call) => partOf(call) === part);
  expect(of("builtIn")).toEqual([]);
  const [asked] = of("prompt");
  expect(asked?.body.messages.map(({ content }) => content)).toEqual([
    expect.stringMatching(
      /^Write for the shop\. <<Role>>[^]* Reply with the tagged phrases and nothing else\. WISHES: You work for Acme Boots of Trier\. Never promise/,
    ),
    expect.stringContaining("Do you mend soles?"),
    "<<Role>>You mend the soles of boots at the counter.<</Role>> <<Task>>Answer for the shop.<</Task>>",
    expect.stringContaining("Do you sell laces?"),
    "<<Task>>Answer for the counter.<</Task>>",
    expect.stringMatching(/fact number [^]*\nNow in English\.$/),
  ]);
  // The calibration asks with strangers what the rows' own road asks.
  expect(new Set(of("rubric").map(({ body }) => body.messages[0]?.content))).toEqual(
    new Set([`Shop judge. Answer Yes or No. WISHES: ${guidance}`]),
  );
  const { dataset } = await readRun(join(folder.path, "shop"));
  expect(dataset).toHaveLength(rows);
  for (const { messages, sysgen: facts } of dataset) {
    const { phrases, removed } = facts as unknown as {
      phrases: { text: string; verdict: string }[];
      removed: { text: string; reason?: string; verdict?: string }[];
    };
    // The judge said No to it, and the operator wishes it.
    expect(phrases).toContainEqual(expect.objectContaining({ text: wished, verdict: "good" }));
    expect(removed).toContainEqual(expect.objectContaining({ text: copied, reason: "copies-demonstration" }));
    expect(removed.filter(({ text }) => text === builtIn)).not.toContainEqual(expect.objectContaining({ reason: "copies-demonstration" }));
    expect(messages[0]?.content).toMatch(/^You work for Acme Boots of Trier\./);
    expect(JSON.stringify(messages)).not.toContain("two hundred years");
    expect(messages.at(-1)?.content).toMatch(/^New on fact number/);
  }
  const { config: recorded } = JSON.parse(await readFile(join(folder.path, "shop", "run.json"), "utf8")) as {
    config: { phases: Record<string, { texts: unknown }> };
  };
  expect(recorded.phases["generate"]?.texts).toEqual({
    prompt: { path: join(at, "prompt.txt"), text: own.prompt },
    demonstrations: { path: join(at, "demonstrations.txt"), text: own.demonstrations },
    guidance: `${guidance}\n`,
  });
  expect(recorded.phases["verify"]?.texts).toMatchObject({ rubric: { text: own.rubric } });

  // Other commands make the same prompts.
  expect(await run("shop", config)).toEqual([]);
  const resolved = resolveConfig({ input, out: join(folder.path, "shop"), model: "m", baseUrl: [server.url], ...config });
  const before = server.calls.length;
  expect(await previewPipeline(resolved, { env: {} })).toHaveLength(rows);
  const estimate = await estimateRun(resolved, { env: {} });
  expect(estimate.rows).toMatchObject({ total: rows, measured: rows });
  const report = await analyzeRun({ run: join(folder.path, "shop") });
  expect(report.overall.diversity.demonstrations.phrases).toBe(0);
  expect(server.calls).toHaveLength(before);

  const other = { ...config, verify: { rubric: { text: own.rubric.replace("Good for", "Fine for") } } };
  await expect(run("shop", other)).rejects.toThrow(
    /what verify asks, its rubric or guidance \(prompts\.verify\): "[0-9a-f]{12}" there, "[0-9a-f]{12}" now\).*--rerun-phase verify or --force/,
  );
  expect(server.calls).toHaveLength(before);
  const again = await run("shop", { ...other, rerunPhase: "verify" });
  expect(again.length).toBeGreaterThan(0);
  expect(again.filter((call) => partOf(call) === "prompt")).toEqual([]);
});

test("what cannot work is refused with its line, and nothing is paid; prompts are written once", async () => {
  const before = server.calls.length;
  const written = await sysgen(["prompts", "--write", "p"], { cwd: folder.path });
  expect(written.stdout).toContain(
    "generate:\n  prompt: p/generate-prompt.liquid\n  demonstrations: p/generate-demonstrations.jsonl\nverify:\n",
  );
  const prompt = join(folder.path, "p", "generate-prompt.liquid");
  const text = await readFile(prompt, "utf8");
  await writeFile(prompt, text.replace("{{ conversation }}", "{{ talk }}"));
  await writeFile(join(folder.path, "c.yaml"), "generate:\n  prompt: p/generate-prompt.liquid\n");
  const args = ["run", input, "--config", "c.yaml", "--guidance", "Be kind.", "--base-url", server.url, "--model", "m", "--out", "refused"];
  const refused = await sysgen(args, { cwd: folder.path });
  const kept = await sysgen(["prompts", "--write", "p"], { cwd: folder.path });
  expect(refused).toMatchObject({ code: 2 });
  const line = text.slice(0, text.indexOf("{{ conversation }}")).split("\n").length;
  expect(refused.stderr).toMatch(
    new RegExp(
      `p/generate-prompt\\.liquid:${line}: section "user" has no slot "talk"\\. Slots of section user: conversation \\(required\\)`,
    ),
  );
  expect(kept).toMatchObject({ code: 2 });
  expect(kept.stderr).toContain("is there already, and may have been edited");
  expect(await readFile(prompt, "utf8")).toContain("{{ talk }}");
  expect(server.calls).toHaveLength(before);
});
