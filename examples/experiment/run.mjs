// Makes the example's rows, and does its experiment. What is done is kept, so the same command goes
// on where it was stopped.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

function sysgen(...args) {
  const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], { cwd: root, stdio: "inherit" });
  return status ?? 1;
}

// 1 stands for rows that failed. The experiment goes on with the others.
const made = sysgen("run", "--config", "examples/experiment/rows.yaml");
process.exitCode = made > 1 ? made : sysgen("experiment", "examples/experiment/experiment.yaml", ...process.argv.slice(2));
