import { generate } from "sysgen";

const rows = [{ question: "Why is the sky blue?", answer: "Air scatters blue light the most." }];
const results = generate(rows, { model: "Qwen/Qwen2.5-14B-Instruct", baseUrl: "http://gpu1:8000/v1" });
for await (const result of results) {
  if (result.outcome === "done") console.log(result.row.messages);
  else console.log(`${result.id} ${result.outcome}: ${result.reason}, ${result.detail}`);
}
const { rows: counts } = await results.summary;
console.log(`${counts.done} of ${counts.in} rows`);
