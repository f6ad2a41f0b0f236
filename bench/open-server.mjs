import { fork } from "node:child_process";
import { onEnd } from "./temporary.mjs";

/**
 * Starts endpoints in a process of their own. The settings of each are `latency` (see latency.mjs),
 * `capacity`, `retryAfter`, `errorRate` and `errorStatus`. Above `capacity` calls at once an
 * endpoint answers 429 and asks to wait `retryAfter` seconds.
 */
export async function openServer(...settings) {
  const child = fork(new URL("server.mjs", import.meta.url).pathname, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const forget = onEnd(() => child.kill("SIGKILL"));
  const waiting = new Map();
  let told = () => {};
  let orders = 0;
  child.on("message", ({ id, result, reached }) => {
    if (reached !== undefined) return told(reached);
    waiting.get(id).resolve(result);
    waiting.delete(id);
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the model server ended with ${code}`));
  });
  const order = (name, ...args) =>
    new Promise((resolve, reject) => {
      waiting.set(++orders, { resolve, reject });
      child.send({ id: orders, order: name, args });
    });
  const ports = await order("open", settings);
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}/v1`),
    set: (index, changed) => order("set", index, changed),
    reset: () => order("reset"),
    counts: () => order("counts"),
    nextLife: () => order("nextLife"),
    kill: (index) => order("kill", index),
    revive: (index) => order("revive", index),
    /** Calls back once this many requests have arrived since the last reset. */
    atRequests(requests, callback) {
      told = callback;
      return order("tellAt", requests);
    },
    close() {
      forget();
      child.removeAllListeners("exit");
      child.disconnect();
    },
  };
}
