// npm run bench -- view [rows]
// Measures how long `sysgen view` takes to answer over a finished run. Asks each question once.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cli, rowsFile, runSysgen } from "./measure.mjs";
import { withServer } from "./repeat.mjs";
import { number, table } from "./table.mjs";
import { onEnd, withFolder } from "./temporary.mjs";

const questions = (rows) => [
  ["first page, index read", "/api/rows"],
  ["the run and its counts", "/api/run"],
  ["a page", "/api/rows"],
  ["a page in the middle", `/api/rows?offset=${rows >> 1}`],
  ["newest first", "/api/rows?order=newest"],
  ["filter: tag and verdict", "/api/rows?tag=Style&verdict=good"],
  ["filter: unmarked", "/api/rows?mark=unmarked"],
  ["search, first page of a common word", "/api/rows?text=think"],
  ["search, all of a common word", "/api/rows?text=step", true],
  ["search, all of a rare one", `/api/rows?text=number%20${rows - 1}%2C`, true],
  ["a row", `/api/rows/${rows >> 1}`],
  ["a row's calls, journal read", `/api/rows/${rows >> 1}/calls`],
  ["a row's calls", `/api/rows/${(rows >> 1) + 1}/calls`],
];

export async function benchView(rows) {
  await withFolder(async (folder) => {
    const out = join(folder, "run");
    await withServer([{ latency: { from: 0, to: 1 }, inFlight: 128 }], async (server) =>
      runSysgen(folder, { rows: await rowsFile(folder, rows), server, inFlight: 128, out }),
    );
    const child = spawn(process.execPath, [cli, "view", out, "--no-open"], { stdio: ["ignore", "pipe", "ignore"] });
    const forget = onEnd(() => child.kill("SIGKILL"));
    const url = await new Promise((resolve) => child.stdout.once("data", (chunk) => resolve(chunk.toString().trim())));
    const lines = [];
    for (const [what, path, untilComplete = false] of questions(rows)) {
      const begun = performance.now();
      const at = new URL(path, url);
      at.searchParams.set("token", new URL(url).searchParams.get("token"));
      const ask = async () => (await fetch(at)).json();
      let reply = await ask();
      if (untilComplete) while (!reply.isComplete) reply = await ask();
      lines.push([what, `${Math.round(performance.now() - begun)} ms`, reply.total === undefined ? "" : number(reply.total)]);
    }
    const memory = process.platform === "linux" ? /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] : undefined;
    child.kill("SIGINT");
    forget();
    console.log(
      `${number(rows)} rows${memory ? `, peak memory ${Math.round(memory / 1024)} MB` : ""}\n\n${table(["what", "time", "rows"], lines)}`,
    );
  });
}
