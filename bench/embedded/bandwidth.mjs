// How fast memory is read, in bytes a second: equal buffers compared, each thread its own.
import { Worker, isMainThread, parentPort } from "node:worker_threads";

const bytes = 192 * 1024 * 1024;
const times = 6;

if (!isMainThread) {
  const [a, b] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 1)];
  parentPort.on("message", (go) => {
    if (!go) return parentPort.close();
    for (let index = 0; index < times; index++) a.compare(b);
    parentPort.postMessage("done");
  });
  parentPort.postMessage("ready");
}

const next = (worker) => new Promise((resolve) => worker.once("message", resolve));

export async function readBandwidth(threads) {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)));
  await Promise.all(workers.map(next));
  const begun = performance.now();
  await Promise.all(
    workers.map((worker) => {
      const done = next(worker);
      worker.postMessage(true);
      return done;
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  workers.forEach((worker) => worker.postMessage(false));
  return (threads * times * 2 * bytes) / seconds;
}
