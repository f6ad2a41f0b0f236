import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { EvaluateConfig } from "../evaluation/evaluate-config.ts";
import { nothing, sum, type Spending } from "../models/spending/budget.ts";
import { priceOf, type Price } from "../models/spending/prices.ts";
import { runFiles } from "../runs/run-files.ts";
import { paidIn, spendingOf } from "../runs/spending.ts";

/**
 * What the evaluations of an experiment were paid for, but for one of them. Students cost nothing,
 * as they run on this machine.
 * @param folder The evaluation that is left out, whose own journal counts.
 * @param out The experiment's folder.
 */
export async function spentBeside(
  folder: string,
  out: string,
  { judge, prices }: Pick<EvaluateConfig, "judge" | "prices">,
): Promise<Spending> {
  const root = join(out, "evaluations");
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const known = new Map<string, Price | undefined>();
  let spent = nothing;
  for (const entry of entries) {
    const at = join(entry.parentPath, entry.name);
    const { journal: path } = runFiles(at);
    if (!entry.isDirectory() || resolve(at) === resolve(folder) || !existsSync(path)) continue;
    const paid = paidIn(path);
    for (const { model } of paid) if (!known.has(model)) known.set(model, await priceOf(model, judge?.baseUrls ?? [], prices));
    spent = sum(
      spent,
      spendingOf(paid, (model) => known.get(model)),
    );
  }
  return spent;
}
