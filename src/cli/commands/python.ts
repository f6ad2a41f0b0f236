import { Option, type Command } from "commander";
import type { PythonFacts } from "../../python/check-python.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { pc, writeError, writeJson, writeOut } from "../terminal.ts";

export function definePython(program: Command): void {
  const python = program
    .command("python")
    .summary("make and check the Python environment of train and evaluate")
    .description("The Python environment that sysgen train needs, and sysgen evaluate for some benchmarks. Nothing else needs Python.");
  addExamples(python, ["once, before the first training", "sysgen python install"]);
  const installing = python
    .command("install")
    .summary("install the environment into the cache (2 to 6 GB)")
    .description(
      "Install PyTorch, TRL, lm-evaluation-harness and what they need, in the versions of a lock with hashes, into the cache (SYSGEN_CACHE). Goes on where an earlier installation broke off.",
    );
  addGroup(installing, "PyTorch:", [
    new Option("--cpu", "PyTorch without CUDA (about 2 GB), where its index can be reached").conflicts("gpu"),
    new Option("--gpu", "PyTorch with CUDA (about 5.8 GB; default where nvidia-smi is found)"),
  ]);
  addExamples(installing, ["for a machine without a GPU", "sysgen python install --cpu"]).action(install);
  const checking = python
    .command("check")
    .summary("import all packages, and say versions, GPU and disk")
    .description("Import all packages, compare their versions with the lock, and look for a GPU.");
  addGroup(checking, "Python:", [
    new Option("--python <path>", "a Python interpreter of your own (default: SYSGEN_PYTHON, else sysgen python install's)"),
    new Option("--json", "the result as JSON on stdout"),
  ]);
  addExamples(checking, ["a virtual environment of your own", "sysgen python check --python .venv/bin/python"]).action(check);
}

async function install({ cpu = false, gpu = false }: { readonly cpu?: boolean; readonly gpu?: boolean }): Promise<void> {
  const [{ installPython, installedBytes }, { environmentFolder }, { hasNvidia }] = await Promise.all([
    import("../../python/install.ts"),
    import("../../python/environment-folder.ts"),
    import("../../python/has-nvidia.ts"),
  ]);
  const build = gpu || (!cpu && hasNvidia(process.env)) ? "gpu" : "cpu";
  const say = (text: string): void => writeError(`${text}\n`);
  using interrupt = untilInterrupted(say, "the same command goes on with what has come.");
  say(
    `Installing into ${environmentFolder(process.env)}: about ${(installedBytes[build] / 1e9).toFixed(1)} GB, for a ${build.toUpperCase()}; from 1 to 15 minutes, as the network is.`,
  );
  const facts = await installPython({ build, env: process.env, onNotice: say, signal: interrupt.signal });
  writeOut(renderFacts(facts));
}

async function check({ python: named, json = false }: { readonly python?: string; readonly json?: boolean }): Promise<void> {
  const [{ checkPython }, { findPython }, { devNull, tmpdir }] = await Promise.all([
    import("../../python/check-python.ts"),
    import("../../python/find-python.ts"),
    import("node:os"),
  ]);
  const python = findPython({ named, env: process.env });
  const facts = await checkPython({ python, env: process.env, cwd: tmpdir(), log: devNull });
  if (json) writeJson(facts);
  else writeOut(renderFacts(facts));
  process.exitCode = Object.keys(facts.failures).length > 0 ? exitCodes.usage : exitCodes.ok;
}

function renderFacts({ prefix, python, versions, failures, others, gpu, punkt, freeBytes }: PythonFacts): string {
  return [
    `${pc.bold("python")}    ${python}  ${pc.dim(prefix)}`,
    ...Object.entries(versions).map(([name, version]) => `${pc.green("ok")}        ${name} ${version}`),
    ...Object.entries(failures).map(([name, why]) => `${pc.red("missing")}   ${name}: ${why}`),
    ...(others.length > 0 ? [pc.yellow(`versions  other than those that this was made with: ${others.join(", ")}`)] : []),
    `${pc.bold("gpu")}       ${gpu ?? "none that PyTorch sees; a CPU is used"}`,
    `${pc.bold("disk")}      ${(freeBytes / 1e9).toFixed(1)} GB free`,
    punkt
      ? `${pc.bold("nltk")}      punkt_tab is there`
      : pc.yellow(
          "nltk      punkt_tab is not there, which the harness needs for IFEval (sysgen's own IFEval does not). With network: python -m nltk.downloader punkt_tab",
        ),
    ...(Object.keys(failures).length > 0 ? [`"sysgen python install" makes an environment that has all.`] : []),
    "",
  ].join("\n");
}
