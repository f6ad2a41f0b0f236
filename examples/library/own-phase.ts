import { resolveConfig, runPipeline, type OwnPhase } from "sysgen";

const topic: OwnPhase = {
  name: "topic",
  after: "verify",
  async run({ example }, { ask, drop }) {
    const { text } = await ask(`Name the topic in one word.\n\n${example.messages[0]?.content}`, { maxOutputTokens: 8 });
    return text.includes("politics") ? drop("politics", "the row is about politics") : { topic: text.trim() };
  },
};

const server = { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" };
const config = resolveConfig({ input: "data.jsonl", out: "runs/phase", ...server });
const { rows } = await runPipeline(config, { phases: [topic] });
console.log(rows.done);
