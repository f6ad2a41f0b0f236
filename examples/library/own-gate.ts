import { resolveConfig, runPipeline, type OwnGate } from "sysgen";

const noApology: OwnGate = {
  name: "no-apology",
  policy: "drop",
  find: ({ response }) => /\b(?:sorry|apologi[sz]e)\b/i.test(response) && "the response apologizes",
};

const server = { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" };
const config = resolveConfig({ input: "data.jsonl", out: "runs/gate", ...server });
const { rows, rejected } = await runPipeline(config, { gates: [noApology] });
console.log(rows.done, rejected);
