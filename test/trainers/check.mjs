// Loads small exports through the trainers' own code. It is not part of `npm test`, because it
// needs Python packages of several gigabytes.
//
//   for name in trl axolotl llama-factory; do
//     python3 -m venv .venvs/$name
//     .venvs/$name/bin/pip install -r test/trainers/requirements/$name.txt
//   done
//   npm run check:trainers                                     fixtures of every trainer and format
//   npm run check:trainers -- --for trl <folder of an export>  one export
//
// The trainers' requirements exclude each other, so each has a venv of its own, in .venvs or in
// $SYSGEN_TRAINER_VENVS. A loader that has no venv is reported as "not installed" and never as
// passed. The exit code is 1 when a loader refuses a file.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFixtures } from "./fixtures.mjs";

const { values, positionals } = parseArgs({ options: { for: { type: "string" } }, allowPositionals: true });
const venvs = resolve(process.env["SYSGEN_TRAINER_VENVS"] ?? ".venvs");
const script = fileURLToPath(new URL("check.py", import.meta.url));
const cases =
  values.for === undefined
    ? await writeFixtures(mkdtempSync(join(tmpdir(), "sysgen-trainers-")))
    : positionals.map((folder) => ({ trainer: values.for, folder: resolve(folder) }));

// `openai` and `parquet` need only packages that the venv of TRL has too.
const homes = { openai: "trl", parquet: "trl" };
let failed = 0;
for (const { trainer, folder } of cases) {
  const python = join(venvs, homes[trainer] ?? trainer, "bin", "python");
  if (!existsSync(python)) {
    console.log(`not installed  ${trainer}  ${folder}`);
    continue;
  }
  const { status, stdout, stderr } = spawnSync(python, [script, trainer, folder], { encoding: "utf8", cwd: folder });
  const lines = stdout.split("\n").filter((line) => line.startsWith("CHECK "));
  for (const line of lines) console.log(line.slice("CHECK ".length));
  if (status === 0) continue;
  failed++;
  console.log(`FAILED  ${trainer}  ${folder}\n${stderr.split("\n").slice(-25).join("\n")}`);
}
process.exitCode = failed > 0 ? 1 : 0;
