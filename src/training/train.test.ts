import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeTraining, type FakeTraining } from "../../test/fixtures/fake-training.ts";
import type { Folder } from "../../test/fixtures/sysgen.ts";
import { readTrainedModel } from "../evaluation/targets/trained-model.ts";
import { dryTraining } from "./dry-training.ts";
import { planNotices } from "./plan-notices.ts";
import type { TrainingPlan } from "./plan-training.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./train-config.ts";
import { readTrainRecord, type TrainRecord } from "./train-record.ts";

let training: FakeTraining;
let folder: Folder;
let run: string;
let model: string;
let python: string;
let newOut: FakeTraining["newOut"];
let trained: FakeTraining["trained"];
let started: FakeTraining["started"];
beforeAll(async () => {
  training = await fakeTraining();
  ({ folder, run, model, python, newOut, trained, started } = training);
});
afterAll(() => training[Symbol.asyncDispose]());

/** The rows that Python was given in a training that is under way, failed or stopped. */
async function rowsGiven(
  out: string,
): Promise<{ id: string; part: string; messages: { role: string; content: string }[]; trained: number[] }[]> {
  const text = await readFile(join(`${out}.training`, "rows.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("train", () => {
  test("makes the folder with its record, and the same command makes nothing anew", async () => {
    await started();
    const out = newOut();
    const { record } = await trained(out);
    expect(record).toMatchObject({ state: "done", steps: 4, variant: "s-a2", systemRole: "system", device: "cpu", seed: 42 });
    expect(record.probe.map(({ loss }) => loss)).toEqual([2, 1.75, 1.5, 1.25, 1]);
    expect(record.rows.trained + record.rows.heldOut + record.rows.keptOriginal).toBeGreaterThan(60);
    expect(record.rows.heldOut).toBeGreaterThan(0);
    expect((await readdir(out)).toSorted()).toEqual(
      ["chat_template.jinja", "config.json", "model.safetensors", "probe.jsonl", "train.json", "train.log"].toSorted(),
    );
    expect(existsSync(`${out}.training`)).toBe(false);
    expect(await started()).toEqual(["prepare.py", "train.py"]);

    expect((await trained(out)).record).toEqual(record);
    expect(await started()).toEqual([]);
    await expect(trained(out, "", { seed: 7 })).rejects.toThrow(/holds another training: seed was 42 and is 7/);
    const withGguf = await trained(out, "", { gguf: await folder.file("base.gguf", "GGUF") });
    expect([withGguf.record.gguf, await started()]).toEqual(["model-f16.gguf", ["write_gguf.py"]]);
    expect(await readTrainRecord(out)).toEqual(withGguf.record);
  });

  test("all variants are given the same rows, whose texts are the variant's", async () => {
    const records: TrainRecord[] = [];
    const texts: Record<string, string[]> = {};
    for (const variant of ["original", "common", "s-a", "s-a2", "a2", "kd"] as const) {
      const out = newOut();
      const { record } = await trained(out, "nan", { variant });
      records.push(record);
      const row = (await rowsGiven(out)).find(({ id }) => id === "more-1");
      texts[variant] = row?.messages.map(({ role, content }) => `${role}: ${content}`) ?? [];
      expect(row?.messages[row.trained[0] ?? -1]?.role).toBe("assistant");
    }
    expect(new Set(records.map(({ rows }) => rows.ids)).size).toBe(1);
    expect(texts["original"]).toEqual(["user: Question 1, about Zürich?", "assistant: Answer 1."]);
    expect(texts["common"]?.[0]).toBe("system: You are a helpful AI assistant.");
    expect(texts["s-a"]?.slice(1)).toEqual(texts["original"]);
    expect(texts["s-a2"]?.slice(1)).toEqual(texts["a2"]);
    expect(texts["a2"]?.[1]).not.toBe(texts["original"]?.[1]);
    expect(texts["kd"]).toEqual(texts["s-a2"]);
  });

  test("a failure is told in a sentence, and is in the record", async () => {
    const causes: Record<string, RegExp> = {
      oom: /Memory ran out \(79\.4 GB were in use of 80\.0 GB\): CUDA out of memory\. Give a smaller --batch-size/,
      "oom-cpu": /Memory ran out: RuntimeError: DefaultCPUAllocator/,
      "bad-alloc": /Memory ran out: what\(\): +std::bad_alloc\. Give a smaller/,
      "no-memory": /Memory ran out: OSError: \[Errno 12\] Cannot allocate memory\. Give a smaller/,
      nan: /no number any more at step 2 .* smaller --learning-rate/,
      killed: /The system killed Python \(SIGKILL\).*memory ran out.*--lora/,
      crash: /Python ended with code 3: ZeroDivisionError: division by zero\. All its output is in .*train\.log/,
    };
    for (const [mode, cause] of Object.entries(causes)) {
      const out = newOut();
      const { record } = await trained(out, mode);
      expect(record.state).toBe("failed");
      expect(record.cause).toMatch(cause);
      expect(await readTrainRecord(out)).toEqual(record);
      expect(existsSync(out)).toBe(false);
    }
  });

  test("what cannot begin is an error that says what to do", async () => {
    await expect(trained(newOut(), "no-module")).rejects.toThrow(/lacks the module trl.*sysgen python install/);
    await expect(trained(newOut(), "refuses-system")).rejects.toThrow(
      /refuses system messages, so --system-role system cannot be kept.*first-user/,
    );
    await expect(trained(newOut(), "gated")).rejects.toThrow("Cannot fetch the model a/b: it is gated.");
    await expect(trained(newOut(), "loses-system")).rejects.toThrow(
      /before every response, such as that of the row plain, so --system-role system cannot be kept\. Take --system-role first-user/,
    );
    await expect(trained(newOut(), "template")).rejects.toThrow(
      /cannot write the row plain: Conversation roles must alternate.*--chat-template/,
    );
    await expect(trained(newOut(), "long")).rejects.toThrow(/1 row has no token to train once cut at 2,048.*--drop-long/);
    await expect(trained(newOut(), "", { maxLength: 4096 })).rejects.toThrow(/--max-length 4096: the model reads at most 2,048 tokens/);
    await expect(trained(newOut(), "", { device: "gpu" })).rejects.toThrow(/PyTorch finds no GPU/);
    await expect(trained(newOut(), "", { model: "nothing" })).rejects.toThrow(/Cannot train "nothing": expected a folder/);
    const pointer = await mkdtemp(join(folder.path, "lfs-"));
    await writeFile(join(pointer, "config.json"), "{}");
    await writeFile(join(pointer, "model.safetensors"), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
    await expect(trained(newOut(), "", { model: pointer })).rejects.toThrow(/model\.safetensors is a pointer of Git LFS.*git lfs pull/);
    await expect(trained(newOut(), "", { python: join(folder.path, "no", "python") })).rejects.toThrow(/No Python interpreter at/);
    await expect(trained(newOut(), "", { run: folder.path })).rejects.toThrow(/No run in/);
    await expect(trained(folder.path)).rejects.toThrow(/holds files that no training made/);
    const env = { SYSGEN_CACHE: join(folder.path, "cache") };
    await expect(train({ run, model, variant: "a2", out: newOut() }, { env, onNotice: () => {} })).rejects.toThrow(
      /Run "sysgen python install" once \(about 5 GB\)/,
    );
  });

  test("a training that was stopped or killed goes on after its checkpoint, and no other goes on with it", async () => {
    for (const mode of ["slow", "killed"]) {
      const out = newOut();
      const stop = new AbortController();
      const timer = setInterval(() => {
        if (mode === "slow" && existsSync(join(`${out}.training`, "checkpoints", "saved"))) stop.abort();
      }, 20);
      const { record } = await trained(out, mode, {}, stop.signal);
      clearInterval(timer);
      expect(record.state).toBe(mode === "slow" ? "stopped" : "failed");
      // As after `kill -9`, when nobody could write a record.
      await rm(join(`${out}.training`, "train.json"));
      expect(await readTrainRecord(out)).toBeUndefined();
      await expect(trained(out, "", { learningRate: 0.5 })).rejects.toThrow(
        /holds another training: learningRate was not given and is 0\.5/,
      );
      const after = await trained(out);
      expect(after.record).toMatchObject({ state: "done", steps: 4, startedAt: record.startedAt });
      expect(after.record.probe.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    }
  });

  test("a model is made again that was removed after its training was killed at the very end", async () => {
    const out = newOut();
    const { record } = await trained(out);
    const left = async (): Promise<void> => {
      await mkdir(`${out}.training`);
      const options = record.options;
      await writeFile(join(`${out}.training`, "started.json"), JSON.stringify({ options, startedAt: record.startedAt }));
      await writeFile(join(`${out}.training`, "done.json"), JSON.stringify({ step: 4, seconds: 1 }));
    };
    await left();
    expect((await trained(out)).record).toEqual(record);
    expect(existsSync(`${out}.training`)).toBe(false);
    await left();
    await rm(out, { recursive: true });
    expect((await trained(out)).record).toMatchObject({ state: "done", steps: 4, startedAt: record.startedAt });
    expect(existsSync(join(out, "model.safetensors"))).toBe(true);
  });

  test("what is at --out is never removed", async () => {
    const file = await folder.file("notes.txt", "precious");
    await expect(trained(file)).rejects.toThrow(/--out .*notes\.txt cannot be the model's folder: ENOTDIR/);
    expect(await readFile(file, "utf8")).toBe("precious");
    const link = newOut();
    await symlink(await mkdtemp(join(folder.path, "empty-")), link);
    await expect(trained(link)).rejects.toThrow(/is a link to an empty folder/);

    const out = newOut();
    const stop = new AbortController();
    const timer = setInterval(() => existsSync(join(`${out}.training`, "checkpoints", "saved")) && stop.abort(), 20);
    await trained(out, "slow", {}, stop.signal);
    clearInterval(timer);
    const late = join(out, "late.txt");
    await expect(
      train(
        { run, model, variant: "s-a2", out, python },
        {
          env: { ...process.env, FAKE_PYTHON: "" },
          onNotice: () => {},
          onPlan: () => {
            mkdirSync(out);
            writeFileSync(late, "precious");
          },
        },
      ),
    ).rejects.toThrow(/The model is whole, and .* has been taken .*ENOTEMPTY.* Move what is there away and run the same command again/);
    expect(await readFile(late, "utf8")).toBe("precious");
    await rename(out, newOut());
    await mkdir(out);
    await started();
    expect((await trained(out)).record).toMatchObject({ state: "done", steps: 4 });
    expect(await started()).toEqual(["prepare.py"]);
  });

  test("a record in another form is an error that names the file", async () => {
    const out = newOut();
    await mkdir(out);
    await writeFile(join(out, "train.json"), '{"format": "sysgen-train/9"}');
    await expect(trained(out)).rejects.toThrow(
      /model-\d+\/train\.json is no record of a training that this version reads \(.*sysgen-train\/1/,
    );
  });

  test("a model may have a GGUF of each type, and each is known to be of its training", async () => {
    const out = newOut();
    const gguf = await folder.file("base.gguf", "GGUF");
    const { record } = await trained(out, "", { gguf });
    const other = await trained(out, "", { gguf, ggufType: "q8_0" });
    expect([record.gguf, other.record.gguf]).toEqual(["model-f16.gguf", "model-q8_0.gguf"]);
    await started();
    // What is written needs the base's file no more.
    expect((await trained(out, "", { gguf: "no.gguf" })).record.gguf).toBe("model-f16.gguf");
    expect(await started()).toEqual([]);
    for (const name of ["model-f16.gguf", "model-q8_0.gguf"])
      expect(await readTrainedModel(join(out, name))).toMatchObject({ systemRole: "system", run: { folder: resolve(run) } });
    expect(await readTrainedModel(join(out, "base.gguf"))).toBeUndefined();
  });

  test("two trainings of one GGUF make it trainable once", async () => {
    const gguf = await folder.file("own.gguf", "GGUF");
    await started();
    const made = await Promise.all([trained(newOut(), "", { model: gguf }), trained(newOut(), "", { model: gguf })]);
    expect(made.map(({ record }) => record.state)).toEqual(["done", "done"]);
    expect((await started()).filter((tool) => tool === "convert_gguf.py")).toHaveLength(1);
  });

  test("a GGUF that has no base is refused before the training, and a trained model stays when it cannot be written", async () => {
    const out = newOut();
    await started();
    await expect(trained(out, "", { gguf: true })).rejects.toThrow(/--gguf: a GGUF takes metadata .*base is none\. Name one/);
    await expect(trained(out, "", { gguf: "x.gguf" })).rejects.toThrow(/--gguf: there is no file x\.gguf/);
    expect(await started()).toEqual([]);
    await expect(trained(out, "other-gguf", { gguf: await folder.file("other.gguf", "GGUF") })).rejects.toThrow(
      /is trained, and its GGUF could not be written\. .*another model/,
    );
    expect(await readTrainRecord(out)).toMatchObject({ state: "done" });
  });
});

describe("the plan", () => {
  async function planned(mode: string, options: Partial<TrainOptions> = {}): Promise<TrainingPlan> {
    const env = { ...process.env, FAKE_PYTHON: mode };
    return dryTraining({ run, model, variant: "s-a2", out: newOut(), python, ...options }, { env, onNotice: () => {} });
  }

  test("the paper's preset ends after epoch 3 of a schedule for 5", async () => {
    const { settings, steps, trainedRows } = await planned("gpu", { preset: "paper" });
    expect(settings).toMatchObject({
      learningRate: 1e-6,
      batchSize: 4,
      accumulation: 2,
      epochs: 5,
      keptEpoch: 3,
      warmupSteps: 10,
      method: "full",
    });
    expect(steps).toBe(3 * Math.ceil(Math.ceil(trainedRows / 4) / 2));
  });

  test("defaults fit the device", async () => {
    const onCpu = await planned("");
    expect(onCpu.settings).toMatchObject({ batchSize: 1, accumulation: 8, dtype: "float32", checkpointing: false, learningRate: 2e-5 });
    const onGpu = await planned("gpu", { lora: true });
    expect(onGpu.settings).toMatchObject({
      batchSize: 4,
      accumulation: 2,
      dtype: "bfloat16",
      weights: "bfloat16",
      checkpointing: true,
      learningRate: 1e-4,
    });
  });

  test("notices tell what is at stake", async () => {
    const notices = planNotices(await planned("gpu", { variant: "original" })).join("\n");
    expect(notices).toContain('one of its own: "You are a helper.". The rows of this variant are trained on under it.');
    expect(notices).toContain("take 128.0 GB, and 80.0 GB are there: memory will very likely run out. --lora takes 20.0 GB.");
    expect(notices).toContain("other versions than those that this was made with: trl 1.10.0 (1.16.0).");
    expect(notices).toContain("In 2 rows a response follows other text than the end of the prompt");
    expect(notices).toMatch(/In 1 row \(.*, such as .*\) the chat template does not write tools, calls to them or their results/);
    expect(notices).toContain("In 3 rows the chat template writes nothing behind the last response at which the model stops.");
    expect(notices).toContain("generation_config.json sets temperature without what makes it count, such as do_sample.");
    const dropped = planNotices(await planned("long", { dropLong: true })).join("\n");
    expect(dropped).toContain("1 row is left out: cut at 2,048 tokens");
    expect(planNotices(await planned("", { heldOut: 0.001 })).join("\n")).toContain(
      "No row is held out at 0.1%, so the loss is measured on rows that are trained on, and sysgen evaluate --on own finds none",
    );
  });

  test("a plan that fails keeps the log that its error names", async () => {
    const error: unknown = await planned("crash-at-start").catch((thrown: unknown) => thrown);
    const log = /ValueError: no such tokenizer\. All its output is in (\S+train\.log)\./.exec(String(error))?.[1] ?? "";
    expect(await readFile(log, "utf8")).toContain("no such tokenizer");
    expect(await readdir(dirname(log))).toEqual(["train.log"]);
    await rm(dirname(log), { recursive: true });
  });

  test("rows can be limited to those that another run has too", async () => {
    const { rows } = await planned("", { sameRowsAs: [run] });
    expect(rows.notInOthers).toBe(0);
    await expect(planned("", { sameRowsAs: [folder.path] })).rejects.toThrow(/No run in/);
  });

  test("other held-out rows are drawn with another seed", async () => {
    const [first, again, other, none] = [
      await planned(""),
      await planned(""),
      await planned("", { splitSeed: 1 }),
      await planned("", { heldOut: 0 }),
    ];
    expect(again.rows.ids).toBe(first.rows.ids);
    expect(other.rows.ids).not.toBe(first.rows.ids);
    expect([none.rows.heldOut, none.rows.isProbeTrained]).toEqual([0, true]);
  });
});
