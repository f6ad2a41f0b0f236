import { resolveConfig, runPipeline, type OwnFormat } from "sysgen";

const tickets: OwnFormat = {
  name: "tickets",
  fits: (row) => "ticket" in row && "solution" in row,
  read({ ticket, solution, ...columns }) {
    const asked = { role: "user", content: ticket };
    return { messages: [asked, { role: "assistant", content: solution }], columns };
  },
};

const server = { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" };
const config = resolveConfig({ input: "tickets.jsonl", out: "runs/tickets", ...server });
const { rows } = await runPipeline(config, { formats: [tickets] });
console.log(rows.done);
