import { analyzeRun, type OwnMetric } from "sysgen";

const sameOpening: OwnMetric = {
  name: "same-opening",
  label: "begins with the same word",
  score: (original, response) => (original.split(" ")[0] === response.split(" ")[0] ? 1 : 0),
};

const report = await analyzeRun({ run: "runs/mine", metrics: [sameOpening] });
console.log(report.overall.responses.scores.find(({ metric }) => metric === "same-opening")?.summary?.mean);
