import { expect, test } from "vitest";
import { CellStore } from "../cell-store.ts";
import type { PlannedSubject } from "../plan.ts";
import { publishedItems } from "../published-items.ts";
import type { ReportCell } from "./experiment-report.ts";
import { paperUnseen } from "./paper-results.ts";
import { unseenTable } from "./paper-tables.ts";
import { Results } from "./results.ts";

const student = { name: "tiny", model: "tiny", run: undefined, kdRun: undefined, gguf: undefined, systemRole: undefined };

/** An untrained model with a result of each of the eight. */
function subjectWith(itemsOf: (benchmark: string) => number): PlannedSubject {
  const common = { student, variant: "base", seed: 0 } as const;
  return {
    ...common,
    training: undefined,
    model: "tiny",
    evaluationFolder: () => Promise.resolve(""),
    evaluations: paperUnseen.columns.map((on) => {
      const items = itemsOf(on);
      const benchmark = { on, data: undefined, limit: undefined, shots: undefined, judgeRuns: undefined, systemAs: ["system"] as const };
      const figure = { name: "accuracy", title: "Accuracy", unit: "share", value: 0.5, low: 0.4, high: 0.6, items, unparsed: 0 } as const;
      const record = { state: "done", items, of: items, figures: [figure], mainFigure: "accuracy", data: { from: "hub" } } as const;
      return {
        cell: { kind: "evaluate", ...common, benchmark, systemAs: "system" },
        identity: { hash: on, inputs: {} },
        file: {
          format: "sysgen-cell/1",
          label: on,
          inputs: {},
          state: "done",
          startedAt: "",
          evaluate: {
            model: { name: "tiny", kind: "folder" },
            systemAs: "system",
            settings: {},
            versions: { sysgen: "0.1.0", node: "v20.19.0" },
            benchmark: { ...record, seconds: 1, calls: 0, tokens: { prompt: 0, completion: 0 } },
          },
        },
      };
    }),
  };
}

async function meanOf(subject: PlannedSubject): Promise<ReportCell | undefined> {
  const results = await Results.read([subject], new CellStore("nowhere"));
  return unseenTable(results, [{ student: "tiny", variant: "base" }])[0]?.rows[0]?.cells.at(-1);
}

test("the mean of the eight is of the published sets alone", async () => {
  const published = (name: string): number => publishedItems[name] ?? 0;
  expect(await meanOf(subjectWith(published))).toMatchObject({ value: 0.5, low: expect.closeTo(0.4646, 4), publishedItems: null });
  expect(await meanOf(subjectWith((name) => (name === "gpqa" ? 20 : published(name))))).toBeNull();
});
