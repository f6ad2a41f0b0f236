import { resolveConfig, runPipeline, type OwnModel } from "sysgen";

const mine: OwnModel = {
  name: "my-model",
  async chat(messages, { temperature, maxOutputTokens }) {
    const body = JSON.stringify({ model: "my-model", messages, temperature, max_tokens: maxOutputTokens });
    const reply = await fetch("http://gpu1:8000/v1/chat/completions", { method: "POST", body });
    if (!reply.ok) throw new Error(`the server said ${reply.status}`);
    return JSON.parse(await reply.text()).choices[0].message.content;
  },
};

const config = resolveConfig({ input: "data.jsonl", out: "runs/model" });
const { rows, calls } = await runPipeline(config, { models: { generator: mine } });
console.log(rows.done, calls);
