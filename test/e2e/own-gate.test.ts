import { join } from "node:path";
import { expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { readRun, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

// Vitest loads modules itself, so what Node says of a gate's file is tested with the program.

test("a gate's file: its finding, an error with its line, and a file that does not parse", async () => {
  await using server = await startModelServer();
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", [
    { id: "long", question: "Why?", answer: "So.", most: { value: 3 } },
    { id: "good", question: "How?", answer: "Thus.", most: { value: 300 } },
    { id: "none", question: "When?", answer: "Now." },
  ]);
  await folder.file(
    "gate.mjs",
    'export default {\n  name: "short",\n  find: ({ response, columns }) =>\n    response.length > columns.most.value && "too long",\n};\n',
  );
  await folder.file("c.yaml", "gates: [./gate.mjs]\nrespond:\n  gates: { short: drop }\n");
  const out = join(folder.path, "run");
  const flags = ["--model", "m", "--base-url", server.url, "--out", out];
  const config = ["--config", join(folder.path, "c.yaml")];
  expect((await sysgen(["run", input, ...flags, ...config], { cwd: "/" })).code).toBe(1);
  const { dataset, rejected } = await readRun(out);
  expect(dataset.map(({ id }) => id)).toEqual(["good"]);
  expect(rejected).toMatchObject([
    { id: "long", outcome: "dropped", reason: "gate-short", detail: "response 1: too long" },
    {
      id: "none",
      outcome: "failed",
      reason: "own-code",
      detail: expect.stringMatching(/^the gate short threw TypeError: .* \(.*gate\.mjs:4\)$/),
    },
  ]);
  const broken = await folder.file("broken.mjs", 'export default {\n  name: "x",\n  find( {\n};\n');
  const refused = await sysgen(["run", input, ...flags, "--gate", broken]);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/^error: .*broken\.mjs:4: the file is no JavaScript module: .*\.\n$/),
  ]);
});
