import { resolveConfig, runPipeline } from "sysgen";

const server = { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" };
const config = resolveConfig({ input: "data.jsonl", out: "runs/mine", ...server });
const summary = await runPipeline(config);
console.log(summary.rows);
