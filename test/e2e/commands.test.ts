import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { questions, readRun, startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

test("sysgen init writes a file that runs; with --view the viewer is beside the run, and stays until Ctrl-C", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const cwd = folder.path;
  await folder.jsonl("rows.jsonl", questions(6));
  const [asked, made] = [
    await sysgen(["init"], { cwd }),
    await sysgen(["init", "--base-url", server.url, "--model", "m", "--yes"], { cwd }),
  ];
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining("sysgen run --config sysgen.yaml")]);
  expect(await readFile(join(cwd, "sysgen.yaml"), "utf8")).toContain(`baseUrl: ${server.url}`);
  const again = await sysgen(["init", "--yes"], { cwd });
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("sysgen.yaml exists")]);

  const running = startSysgen(["run", "--config", "sysgen.yaml", "--view", "--no-open", "--json"], { cwd });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    running.process.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, address] = /stays open at (http\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    void running.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  expect(said).toContain(`Look on at ${url}`);
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>")]);
  running.process.kill("SIGINT");
  const { code, stdout } = await running.finished;
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { rows: { in: 6, done: 6 } }]);
  expect((await readRun(join(cwd, "runs/rows"))).dataset).toHaveLength(6);
  await expect
    .poll(() =>
      fetch(url).then(
        () => "answers",
        () => "gone",
      ),
    )
    .toBe("gone");
});
