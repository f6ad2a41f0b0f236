import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { onEnd } from "../temporary.mjs";

/**
 * Runs a script of this folder in a process of its own. Returns what it printed as JSON, its CPU
 * time, and the cores that other processes kept busy meanwhile, where the system tells these.
 */
export const runScript = (name, ...args) => runLimited(Infinity, name, ...args);

/** Like `runScript`, but kills the script after `mostMs` and then returns undefined. */
export async function runLimited(mostMs, name, ...args) {
  const child = spawn(process.execPath, [new URL(name, import.meta.url).pathname, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const forget = onEnd(() => child.kill("SIGKILL"));
  const before = { at: performance.now(), busy: busySeconds(), own: ownSeconds(child.pid) };
  let own = before.own;
  // The CPU time of a process cannot be read once the process has ended, so it is polled.
  const watch = setInterval(() => (own = Math.max(own ?? 0, ownSeconds(child.pid) ?? 0)), 100);
  let isLate = false;
  const limit =
    mostMs === Infinity
      ? undefined
      : setTimeout(() => {
          isLate = true;
          child.kill("SIGKILL");
        }, mostMs);
  const out = [];
  child.stdout.on("data", (chunk) => out.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearInterval(watch);
  clearTimeout(limit);
  forget();
  if (isLate) return undefined;
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  const seconds = (performance.now() - before.at) / 1000;
  const foreign = before.busy === undefined ? undefined : Math.max(0, (busySeconds() - before.busy - (own ?? 0)) / seconds);
  return { ...JSON.parse(Buffer.concat(out).toString()), foreign, cpuSeconds: own };
}

/** Seconds in a tick. Linux counts CPU time in hundredths of a second. */
const tick = 0.01;

function busySeconds() {
  const fields = numbersOf("/proc/stat", (text) => text.slice(0, text.indexOf("\n")).split(/\s+/).slice(1));
  if (fields === undefined) return undefined;
  const [user, nice, system, , , irq = 0, softirq = 0] = fields;
  return (user + nice + system + irq + softirq) * tick;
}

/** CPU seconds of a process and of the processes that it started. */
function ownSeconds(pid) {
  const fields = numbersOf(`/proc/${pid}/stat`, (text) => text.slice(text.lastIndexOf(")") + 2).split(" "));
  if (fields === undefined) return undefined;
  const children = numbersOf(`/proc/${pid}/task/${pid}/children`, (text) => text.split(" ").filter(Boolean)) ?? [];
  return children.reduce((sum, child) => sum + (ownSeconds(child) ?? 0), (fields[11] + fields[12]) * tick);
}

function numbersOf(path, cut) {
  try {
    return cut(readFileSync(path, "utf8")).map(Number);
  } catch {
    return undefined;
  }
}
