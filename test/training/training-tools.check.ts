import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runTool } from "../../src/python/run-tool.ts";
import { toolEvent } from "../../src/training/events.ts";
import { startHubServer } from "../fixtures/hub-server.ts";
import { realPython } from "../fixtures/real-python.ts";
import { temporaryFolder } from "../fixtures/sysgen.ts";

// What the tools of Python do without PyTorch. Conversations are rendered with templates of all
// habits, to look at the tokens that are trained.

interface Rendered {
  /** What the template does with a system message. */
  readonly role: string;
  /** A conversation of one response, with the trained tokens in double brackets. */
  readonly one: string;
  /** Of two responses. */
  readonly all: string;
  /** Of two responses, under a system message. */
  readonly system: string;
  /** Of two responses, with tools. */
  readonly tools: string;
  /** Whether the tools are not in it. */
  readonly losesTools: boolean;
}

const tools = "../../src/python/tools";
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const isOther = /^error: what it writes before message \d \(assistant\) is not the prompt/;

test("no template has prompts trained, loses a system message, or leaves a response out", (context) => {
  const python = realPython(context);
  const printed = execFileSync(python, [path("template_rows.py"), path(tools)], { encoding: "utf8" });
  const found: Readonly<Record<string, Rendered>> = JSON.parse(printed);
  expect(Object.keys(found).filter((name) => found[name]?.losesTools === false)).toEqual(["tools move"]);
  const two = "<user>first question<end>\n<assistant>[[one<end>\n]]<user>second question<end>\n<assistant>[[two<end>\n]]";
  const plain = {
    role: "takes",
    one: "<user>first question<end>\n<assistant>[[one<end>\n]]",
    all: two,
    system: `<system>Be brief.<end>\n${two}`,
    tools: two,
  };
  const instructed = {
    role: "drops",
    one: "[I]first question[/I][[ one<end>]]",
    all: "[I]first question[/I][[ one<end>]][I]second question[/I][[ two<end>]]",
    system: expect.stringMatching(isOther),
  };
  expect(found).toMatchObject({
    plain,
    "system at a last user": { ...instructed, tools: instructed.all },
    "system moves": { ...instructed, tools: instructed.all },
    "thinks at the end": {
      role: "takes",
      one: "<user>first question<end>\n<assistant>[[<think></think>one<end>\n]]",
      all: two.replace("two", "<think></think>two"),
      system: plain.system.replace("two", "<think></think>two"),
      tools: two.replace("two", "<think></think>two"),
    },
    "thinks in the prompt": plain,
    "other last end": {
      role: "takes",
      one: "<user>first question<end><assistant>[[one<return>]]",
      all: "<user>first question<end><assistant>[[one]]<end><user>second question<end><assistant>[[two<return>]]",
      system: "<system>Be brief.<end><user>first question<end><assistant>[[one]]<end><user>second question<end><assistant>[[two<return>]]",
      tools: "<user>first question<end><assistant>[[one]]<end><user>second question<end><assistant>[[two<return>]]",
    },
    "prompts always": {
      role: "takes",
      one: `${plain.one}<assistant>`,
      all: `${two}<assistant>`,
      system: `${plain.system}<assistant>`,
      tools: `${two}<assistant>`,
    },
    pairs: {
      role: "drops",
      one: expect.stringMatching(isOther),
      all: expect.stringMatching(isOther),
      system: expect.stringMatching(isOther),
      tools: expect.stringMatching(isOther),
    },
    forgets: {
      role: "takes",
      one: plain.one,
      all: "error: it leaves out message 2 (assistant)",
      system: "error: it leaves out message 3 (assistant)",
      tools: "error: it leaves out message 2 (assistant)",
    },
    "tools move": {
      role: "takes",
      one: plain.one.replaceAll("\n", ""),
      all: two.replaceAll("\n", ""),
      system: plain.system.replaceAll("\n", ""),
      tools: expect.stringMatching(isOther),
    },
    "ends nothing": {
      role: "takes",
      one: "<user>first question\n\n<assistant>[[one]][[end]]",
      all: "<user>first question\n\n<assistant>[[one]]\n\n<user>second question\n\n<assistant>[[two]][[end]]",
      system: expect.stringMatching(/^<system>Be brief\.\n\n<user>.*\[\[one\]\]\n\n.*\[\[two\]\]\[\[end\]\]$/s),
      tools: "<user>first question\n\n<assistant>[[one]]\n\n<user>second question\n\n<assistant>[[two]][[end]]",
    },
    refuses: { ...plain, role: "refuses", system: "error: no system" },
    drops: { ...plain, role: "drops", system: two },
  });
});

test("what the hub refuses is told in a sentence", async (context) => {
  const python = realPython(context);
  await using folder = await temporaryFolder();
  await using hub = await startHubServer();
  hub.add("models/a/gated", { main: { "config.json": "{}" } }, { isGated: true });
  const files = {
    "config.json": "{}",
    "consolidated.safetensors": "copy",
    "onnx/model.safetensors": "copy",
    "model.safetensors": "weights",
  };
  hub.add("models/a/open", { main: files });
  const script = await folder.file(
    "fetch.py",
    "import sys\nsys.path.append(sys.argv[1])\nfrom hub_model import fetched\nprint(fetched(*sys.argv[2:]))\n",
  );
  const fetching = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const told: unknown[] = [];
    const end = await runTool({
      python,
      args: [script, path(tools), ...args],
      cwd: folder.path,
      env: { HF_ENDPOINT: hub.url, HF_HOME: folder.path, ...more },
      log: join(folder.path, "log"),
      onEvent: (event) => told.push(event),
    });
    return end.code === 0 ? end.lastLines.at(-1) : toolEvent.parse(told.at(-1));
  };
  const why = (detail: RegExp): unknown => expect.objectContaining({ cause: "hub", detail: expect.stringMatching(detail) });
  expect(await fetching(["a/gated"])).toEqual(why(/^a\/gated: it is gated\. Accept its conditions at \S+\/a\/gated and set HF_TOKEN/));
  expect(await fetching(["a/mistyped"])).toEqual(why(/^a\/mistyped: the hub knows no such model, or it is private/));
  expect(await fetching(["a/open", "v9"])).toEqual(why(/^a\/open: it has no revision v9/));
  expect(await fetching(["a/open"], { HF_TOKEN: "hf_bad" })).toEqual(why(/the hub refuses the token of HF_TOKEN \(401\)/));
  expect(await fetching(["a/open"], { HF_ENDPOINT: "http://127.0.0.1:9" })).toEqual(why(/the hub cannot be reached \(ConnectError/));
  const fetched = await fetching(["a/open"]);
  if (typeof fetched !== "string") throw new Error("expected the model's folder");
  expect(fetched).toContain(folder.path);
  expect((await readdir(fetched, { recursive: true })).toSorted()).toEqual(["config.json", "model.safetensors"]);
  expect(await fetching(["a/open"], { HF_HUB_OFFLINE: "1" })).toContain(folder.path);
});

test("weights are counted once, and what is in their place is told", async (context) => {
  const python = realPython(context);
  await using folder = await temporaryFolder();
  const header = JSON.stringify({ __metadata__: {}, a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const weights = Buffer.concat([length, Buffer.from(header), Buffer.alloc(24)]);
  const script =
    "import sys\nsys.path.append(sys.argv[1])\nfrom weight_files import parameter_counts\nprint(parameter_counts(sys.argv[2]))\n";
  const counter = await folder.file("count.py", script);
  const counted = async (name: string, files: Readonly<Record<string, string | Buffer>>): Promise<unknown> => {
    const model = join(folder.path, name);
    await mkdir(model);
    for (const [file, content] of Object.entries(files)) await writeFile(join(model, file), content);
    const told: unknown[] = [];
    const log = join(folder.path, "log");
    const args = [counter, path(tools), model];
    const end = await runTool({ python, args, cwd: folder.path, env: process.env, log, onEvent: (event) => told.push(event) });
    return end.code === 0 ? end.lastLines.at(-1) : told.at(-1);
  };
  const why = (detail: RegExp): unknown => expect.objectContaining({ cause: "model", detail: expect.stringMatching(detail) });
  expect(await counted("copies", { "model.safetensors": weights, "consolidated.safetensors": weights })).toBe("{'F32': 6}");
  const index = JSON.stringify({ weight_map: { a: "model-1.safetensors", b: "model-2.safetensors" } });
  const shards = { "model.safetensors.index.json": index, "model-1.safetensors": weights };
  expect(await counted("shards", { ...shards, "model-2.safetensors": weights })).toBe("{'F32': 12}");
  expect(await counted("lacks", shards)).toEqual(why(/lacks model-2\.safetensors, which/));
  expect(await counted("cut", { "model.safetensors": weights.subarray(0, -1) })).toEqual(why(/is cut off: it has \d+ bytes of \d+$/));
  expect(await counted("pointer", { "model.safetensors": "version https://git-lfs.github.com/spec/v1\n" })).toEqual(
    why(/pointer of Git LFS/),
  );
  expect(await counted("other", { "model.safetensors": "no weights at all" })).toEqual(why(/no safetensors file, or is cut off/));
  expect(await counted("none", { "pytorch_model.bin": weights })).toEqual(why(/holds neither model\.safetensors nor/));
});

test("a training sees one GPU", (context) => {
  const python = realPython(context);
  const script = "import os, one_gpu; one_gpu.use_first_gpu(); print(os.environ.get('CUDA_VISIBLE_DEVICES'))";
  const seen = (env: Readonly<Record<string, string>>): string =>
    execFileSync(python, ["-c", script], { encoding: "utf8", env: { PYTHONPATH: path(tools), ...env } }).trim();
  expect(seen({})).toBe("0");
  expect(seen({ CUDA_VISIBLE_DEVICES: "2,3" })).toBe("2");
  expect(seen({ CUDA_VISIBLE_DEVICES: "GPU-5f0,GPU-6e1" })).toBe("GPU-5f0");
  expect(seen({ HIP_VISIBLE_DEVICES: "1,2" })).toBe("None");
});
