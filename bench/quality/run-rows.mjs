import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDoneLine, readRejectedLine } from "../../dist/runs/row-line.js";
import { measured } from "../measure.mjs";

const cli = new URL("../../dist/cli/main.js", import.meta.url).pathname;
/** Seed of all runs, so that the same program brings the same figures. */
export const seed = 18;

/**
 * Takes rows through the real command line with a preset, in a run directory of its own.
 * @param config Further keys of the configuration file.
 * @returns The run's summary and its rows as `lines`, kept and rejected.
 */
export async function runRows(folder, { rows, preset, name, config }) {
  const out = join(folder, name);
  const file = `${out}.yaml`;
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ input: rows, out, preset, seed, quiet: true, json: true, ...config }));
  const { out: said, err, code, signal } = await measured(folder, [cli, "run", "--config", file]);
  if (!said.startsWith("{")) throw new Error(`sysgen ended with ${code ?? signal}: ${err || said}`);
  const summary = JSON.parse(said);
  if (summary.state !== "finished") throw new Error(`the run is ${summary.state}: ${summary.stoppedBy ?? err}`);
  const read = (file, readLine) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map(readLine) : []);
  return { summary, lines: [...read(summary.files.dataset, readDoneLine), ...read(summary.files.rejected, readRejectedLine)] };
}
