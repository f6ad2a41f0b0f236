import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";

// The package in python/. Its own tests, without a package to be installed.

const root = fileURLToPath(new URL("../../", import.meta.url));
const hasPython = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

test.skipIf(!hasPython)(
  "the Python package passes its own tests (left out where there is no python3 of 3.9 or newer)",
  async () => {
    await using server = await startModelServer();
    const env = {
      ...process.env,
      PYTHONPATH: "src",
      PYTHONDONTWRITEBYTECODE: "1",
      SYSGEN_COMMAND: `'${process.execPath}' '${root}dist/cli/main.js'`,
      SYSGEN_OFFLINE: "1",
      SYSGEN_TEST_BASE_URL: server.url,
      OPENAI_API_KEY: "",
    };
    const { stderr } = await promisify(execFile)("python3", ["-m", "unittest", "discover", "-s", "tests"], { cwd: `${root}python`, env });
    expect(stderr).toMatch(/Ran \d+ tests.*\n\nOK/);
    expect(server.calls.length).toBeGreaterThan(0);
  },
  120_000,
);

test("the Python package has the program's version, and asks for its Node", async () => {
  const { version, engines } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { version: string; engines: { node: string } };
  expect(await readFile(`${root}python/pyproject.toml`, "utf8")).toContain(`\nversion = "${version}"\n`);
  const oldest = engines.node.replace(">=", "").replace(".", ", ");
  expect(await readFile(`${root}python/src/sysgen/_command.py`, "utf8")).toContain(`OLDEST_NODE = (${oldest})`);
});
