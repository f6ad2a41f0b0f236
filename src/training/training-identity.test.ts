import { appendFile, cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeTraining, type FakeTraining } from "../../test/fixtures/fake-training.ts";
import { runFiles } from "../runs/run-files.ts";
import { trainRecordName } from "./train-record.ts";

let training: FakeTraining;
beforeAll(async () => (training = await fakeTraining()));
afterAll(() => training[Symbol.asyncDispose]());

test("a training is another once the rows, the weights or the template have changed", async () => {
  const { trained, newOut, model, run, folder } = training;
  const marks = runFiles(run).marks;
  const template = await folder.file("own.jinja", "{{ messages }}");
  const options = { chatTemplate: template };
  const weights = join(model, "model.safetensors");
  const changes: readonly (readonly [RegExp, () => Promise<void>, () => Promise<void>])[] = [
    [
      /the rows to train on are others, by marks or --same-rows-as/,
      () => appendFile(marks, `${JSON.stringify({ id: "more-1", mark: "drop", note: "", position: 7 })}\n`),
      () => rm(marks),
    ],
    [/the weights of --model have changed/, () => writeFile(weights, "other"), () => writeFile(weights, "{}")],
    [/the file of --chat-template has changed/, () => writeFile(template, "{{ 1 }}"), () => writeFile(template, "{{ messages }}")],
  ];
  const [done, killed] = [newOut(), newOut()];
  await trained(done, "", options);
  await trained(killed, "killed", options);
  for (const [told, change, undo] of changes) {
    await change();
    for (const out of [done, killed]) await expect(trained(out, "", options)).rejects.toThrow(told);
    await undo();
  }
  for (const out of [done, killed]) expect((await trained(out, "", options)).record.state).toBe("done");
  await expect(trained(newOut(), "", { chatTemplate: "none.jinja" })).rejects.toThrow(/Cannot read --chat-template none\.jinja/);
});

test("a training is the same when its model's folder is gone, and when an earlier version made it", async () => {
  const { trained, newOut, started, folder } = training;
  const out = newOut();
  const model = join(folder.path, "gone");
  await cp(training.model, model, { recursive: true });
  const { record } = await trained(out, "", { model });
  const { rows: _, probe: __, weights: ___, ...options } = record.options;
  await writeFile(join(out, trainRecordName), JSON.stringify({ ...record, options }));
  await started();
  expect((await trained(out, "", { model })).record.state).toBe("done");
  await writeFile(join(out, trainRecordName), JSON.stringify(record));
  await rm(model, { recursive: true });
  expect((await trained(out, "", { model })).record).toEqual(record);
  expect(await started()).toEqual([]);
});

test("the record's hash of the row ids is of the rows that were trained on", async () => {
  const { trained, newOut } = training;
  const [all, dropped] = [await trained(newOut()), await trained(newOut(), "long", { dropLong: true })];
  expect(dropped.record.rows.trained).toBe(all.record.rows.trained - 1);
  expect(dropped.record.rows.ids).not.toBe(all.record.rows.ids);
  expect(all.record.rows.ids).toBe(all.plan?.rows.ids);
});
