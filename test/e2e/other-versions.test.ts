import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runFiles } from "../../src/runs/run-files.ts";
import { Store } from "../../src/runs/store.ts";
import { callsReply } from "../../src/viewer/wire-shapes.ts";
import { checkedLine } from "../fixtures/checked-line.ts";
import { startHubServer } from "../fixtures/hub-server.ts";
import { judgeCalls, phrasesWritten, startModelServer, type ModelServer } from "../fixtures/model-server.ts";
import { questions, startSysgen, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

interface RecordedManifest {
  identity: Record<string, { phase: string; value: unknown }>;
  config: { phases: Record<string, Record<string, unknown>>; [key: string]: unknown };
  [key: string]: unknown;
}

let folder: Folder;
let server: ModelServer;
let run: string;
let runArgs: string[];

/**
 * Makes a run as another version of sysgen would leave it. The run has a phase, a gate, a tag, a
 * verdict, a reason and settings that this version does not know, and lacks the gate `leak` and the
 * calibration.
 */
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer();
  run = join(folder.path, "run");
  const input = await folder.jsonl("rows.jsonl", questions(3));
  runArgs = ["run", input, "--model", "m", "--base-url", server.url, "--out", run, "--quiet"];
  await said(runArgs);
  await changeManifest((manifest) => {
    delete manifest.identity["respond.gates.leak"];
    // Runs from before the calibration have neither.
    if (manifest["calibration"] === undefined) throw new Error("the run was not calibrated");
    delete manifest["calibration"];
    delete manifest.identity["verify.questionsAtOnce"];
    manifest.identity["respond.gates.unknown-gate"] = { phase: "respond", value: "soften" };
    manifest.identity["unknown-phase.strength"] = { phase: "unknown-phase", value: 3 };
    const { phases } = manifest.config;
    phases["respond"] = {
      ...phases["respond"],
      gates: { empty: "retry", truncated: "off", "unknown-gate": "soften" },
      style: { deep: true },
    };
    phases["unknown-phase"] = { strength: 3 };
    manifest.config["flavour"] = ["new"];
    manifest["lineage"] = { parents: ["a", "b"] };
    manifest["rounds"] = { "unknown-phase": 2 };
    manifest["rerunning"] = "unknown-phase";
  });
  await addResults();
  await appendFile(runFiles(run).retries, `${checkedLine({ digest: "d", phase: "unknown-phase", rounds: 1, session: 1, why: "new" })}\n`);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function changeManifest(change: (manifest: RecordedManifest) => void): Promise<void> {
  const path = runFiles(run).manifest;
  const manifest = JSON.parse(await readFile(path, "utf8")) as RecordedManifest;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

/** A done row and a dropped one behind the rows of the run. */
async function addResults(): Promise<void> {
  const store = new Store(runFiles(run));
  const line = JSON.parse(store.results.line(0) ?? "") as { id: string; sysgen: Record<string, unknown> };
  // Judges of earlier versions gave a confidence in the place of a score.
  const mood = { tag: "Mood", text: "Be glad.", verdict: "perhaps", confidence: 0.9, repairs: ["mood"], weight: 1 };
  line.id = "done elsewhere";
  line.sysgen["phrases"] = [mood];
  line.sysgen["removed"] = [
    { reason: "dull", text: "Be." },
    { ...mood, verdict: "doubtful" },
  ];
  line.sysgen["gates"] = [{ gate: "unknown-gate", turn: 0, detail: "harsh", action: "softened" }];
  // Earlier versions say nothing of final answers.
  delete line.sysgen["answers"];
  line.sysgen["unknown-phase"] = { strength: 3 };
  const traits = {
    tags: { Mood: 1 },
    verdicts: { perhaps: 1 },
    faults: { dull: 1 },
    repairs: { mood: 1 },
    gates: { "unknown-gate: softened": 1 },
    moods: { glad: 1 },
  };
  const source = JSON.stringify(questions(1)[0]);
  store.results.put({
    position: 10,
    line: 11,
    digest: "d",
    outcome: "done",
    traits: JSON.stringify(traits),
    body: JSON.stringify(line),
    source,
  });
  const rejected = {
    id: "dropped elsewhere",
    line: 12,
    outcome: "dropped",
    phase: "unknown-phase",
    reason: "too-dull",
    detail: "no",
    raw: source,
    score: 1,
  };
  store.results.put({
    position: 11,
    line: 12,
    digest: "e",
    outcome: "dropped",
    phase: "unknown-phase",
    reason: "too-dull",
    traits: "{}",
    body: JSON.stringify(rejected),
  });
  await store.settled();
  store.close();
}

async function said(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await sysgen(args, { env });
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("fault of sysgen")]);
  return stdout;
}

describe("a run directory of another version is opened by", () => {
  test("status", async () => {
    const status = JSON.parse(await said(["status", run, "--json"])) as { rows: unknown; phases: unknown[]; answers: unknown };
    expect(status.answers).toEqual({ checked: 0, wrong: 0, notChecked: 3 });
    expect(status.rows).toEqual({ in: 5, done: 4, writtenAnew: 4, originalKept: 0, dropped: 1, failed: 0 });
    expect(status.phases.slice(-2)).toEqual([
      { phase: "respond", in: 5, out: 5 },
      { phase: "unknown-phase", in: 5, out: 4 },
    ]);
    expect(await said(["status", run])).toContain("too-dull");
  });

  test("analyze, which counts what it does not know", async () => {
    await said(["analyze", run]);
    const report = JSON.parse(await readFile(join(run, "report.json"), "utf8")) as {
      overall: {
        messages: { tags: { tag: string; phrases: number; verdicts: object }[]; gates: object[]; faults: object; answers: object };
      };
    };
    const { tags, gates, faults, answers } = report.overall.messages;
    expect(tags).toHaveLength(9);
    expect(tags.at(-1)).toMatchObject({ tag: "Mood", phrases: 1, verdicts: { good: 0, perhaps: 1, doubtful: 1 } });
    expect(gates).toEqual([
      { gate: "wrong-answer", action: "not-checked", count: 3 },
      { gate: "unknown-gate", action: "softened", count: 1 },
    ]);
    expect(answers).toEqual({ checked: 0, wrong: 0, notChecked: 3 });
    expect(faults).toEqual({ dull: 1 });
    expect(await readFile(join(run, "report.html"), "utf8")).toContain("Mood");
  });

  test("export", async () => {
    const to = join(folder.path, "out.jsonl");
    await said(["export", run, "--to", to]);
    expect((await readFile(to, "utf8")).trimEnd().split("\n")).toHaveLength(4);
  });

  test("push", async () => {
    await using hub = await startHubServer();
    const shown = await said(["push", run, "me/set", "--license", "mit"], {
      HF_ENDPOINT: hub.url,
      SYSGEN_OFFLINE: "",
      HF_TOKEN: hub.token,
    });
    expect(shown).toContain("Nothing was sent");
    expect(await readFile(join(run, "hub", "README.md"), "utf8")).toMatch(/Mood \| 1 [^]*unknown-gate \| softened/);
  });

  test("judge", async () => {
    await said(["judge", run, "--judge-model", "j", "--judge-base-url", server.url]);
    expect(JSON.parse(await readFile(runFiles(run).judge, "utf8"))).toMatchObject({ state: "finished" });
    expect(JSON.parse(await readFile(runFiles(run).manifest, "utf8"))).toHaveProperty("lineage");
  });

  test("view, with every row", async () => {
    const running = startSysgen(["view", run, "--no-open"]);
    const url = await new Promise<string>((resolve) =>
      running.process.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    const get = async (path: string): Promise<unknown> => {
      const at = new URL(`/api/${path}`, url);
      at.searchParams.set("token", new URL(url).searchParams.get("token") ?? "");
      const reply = await fetch(at);
      expect(reply.status, path).toBe(200);
      return reply.json();
    };
    expect(await get("run")).toMatchObject({
      model: "m",
      facets: {
        tag: [{ name: "Role" }, { name: "Task" }, { name: "Style" }, { name: "Format" }, { name: "Mood", rows: 1 }],
        gate: [
          { name: "unknown-gate: softened", rows: 1 },
          { name: "wrong-answer: not-checked", rows: 3 },
        ],
      },
    });
    expect(await get("rows?tag=Mood")).toMatchObject({ rows: [{ id: "done elsewhere", tags: ["Mood"] }] });
    expect(await get("rows/10")).toMatchObject({
      row: { phrases: [{ tag: "Mood", verdict: "perhaps" }], gates: [{ gate: "unknown-gate" }] },
    });
    expect(await get("rows/11")).toMatchObject({ row: { phase: "unknown-phase", reason: "too-dull" } });
    // The gate of the other version asked for nothing here. What `sysgen judge` asked comes last.
    const phases = callsReply.parse(await get("rows/0/calls")).calls.map(({ phase }) => phase);
    const verifying = Array.from({ length: judgeCalls(phrasesWritten) }, () => "verify");
    expect(phases.slice(0, 2 + verifying.length)).toEqual(["generate", ...verifying, "respond"]);
    expect(phases.slice(2 + verifying.length).every((phase) => phase.startsWith("judge-"))).toBe(true);
    running.process.kill("SIGINT");
    expect((await running.finished).code).toBe(0);
  });

  test("run, which refuses the other configuration, and with --force goes on without paying again", async () => {
    const refused = await sysgen(runArgs);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("made with another configuration")]);
    const before = server.calls.length;
    expect(await sysgen([...runArgs, "--force"])).toMatchObject({ code: 0 });
    expect(server.calls).toHaveLength(before);
  });
});

test("a run whose settings this version cannot follow is viewed with the calls of sysgen judge alone", async () => {
  await changeManifest(({ config }) => {
    config.phases["generate"] = { ...config.phases["generate"], prompt: "of another version" };
  });
  const running = startSysgen(["view", run, "--no-open"]);
  const url = await new Promise<string>((resolve) =>
    running.process.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  const { calls, note } = callsReply.parse(await (await fetch(url.replace("?", "api/rows/0/calls?"))).json());
  expect(new Set(calls.map(({ phase }) => phase))).toEqual(new Set(["judge-pair", "judge-phrases", "judge-calibration"]));
  expect(note).toContain("does not know");
  running.process.kill("SIGINT");
  expect((await running.finished).code).toBe(0);
});
