import { generate } from "sysgen";

async function* rows(): AsyncGenerator<{ instruction: string; output: string }> {
  for (let page = 1; page <= 3; page++) yield { instruction: `What is on page ${page}?`, output: `Chapter ${page}.` };
}
const stop = AbortSignal.timeout(3_600_000);
const server = { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" };
for await (const result of generate(rows(), { ...server, judge: "Qwen/Qwen2.5-32B-Instruct", out: "runs/pages", signal: stop })) {
  console.log(result.id, result.outcome);
  if (result.id === "line-2") break;
}
