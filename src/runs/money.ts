import { z } from "zod";
import { SysGenError } from "../errors.ts";
import { costOf, priceOf, type Price } from "../models/spending/prices.ts";
import { billedBesides } from "./batches/billed-besides.ts";
import { textSetting, type Manifest } from "./manifest.ts";
import type { PaidCalls } from "./journal/paid-totals.ts";
import type { RunFiles } from "./run-files.ts";

/** What the calls of a run directory cost that were billed. */
export interface Money {
  /** US dollars, for calls of models whose price is known. */
  readonly spent: number;
  /** Models that were called and whose price is not known. */
  readonly unpriced: readonly string[];
}

/** A run, as far as its money is concerned. */
interface PaidRun {
  readonly manifest: Manifest;
  readonly store: { readonly journal: { countPaid(): readonly PaidCalls[] }; readonly files: Pick<RunFiles, "batches"> };
}

/** Prices by model, of those that are known. */
export type Prices = ReadonlyMap<string, Price>;

const ownPrice = z.object({ input: z.number(), output: z.number() });
const noChoice = { baseUrls: [] };
const choiceSchema = z.object({ baseUrls: z.array(z.string()) });
/** What run.json says of servers and prices. Other versions may say it otherwise. */
const pricedConfig = z.object({
  generator: choiceSchema.catch(noChoice),
  judge: choiceSchema.optional().catch(undefined),
  /** US dollars per million tokens. */
  prices: z.record(z.string(), ownPrice.extend({ batch: ownPrice.optional() })).catch({}),
});

/** The prices of a run's models at its servers. */
export async function pricesOf(manifest: Manifest): Promise<Prices> {
  const { generator, judge, prices } = pricedConfig.parse(manifest.config ?? {});
  const found = new Map<string, Price>();
  const choices = [
    ["model", generator],
    ["judgeModel", judge ?? generator],
  ] as const;
  for (const [setting, { baseUrls }] of choices) {
    const name = textSetting(manifest, setting);
    const price = name === undefined ? undefined : await priceOf(name, baseUrls, prices);
    if (name !== undefined && price !== undefined) found.set(name, price);
  }
  return found;
}

/** Undefined if no model's price is known, as with models in process. */
export async function moneyOf({ manifest, store }: PaidRun): Promise<Money | undefined> {
  const prices = await pricesOf(manifest);
  if (prices.size === 0) return undefined;
  const unpriced = new Set<string>();
  let spent = 0;
  for (const { model, lane, ...usage } of [...store.journal.countPaid(), ...besidesIn(store.files.batches)]) {
    const price = prices.get(model);
    if (price === undefined) unpriced.add(model);
    else spent += costOf(usage, price, lane);
  }
  return { spent, unpriced: [...unpriced] };
}

/** None where the log of the batches is damaged, which `sysgen status` and the next run say. */
function besidesIn(path: string): PaidCalls[] {
  try {
    return billedBesides(path);
  } catch (error) {
    if (!(error instanceof SysGenError)) throw error;
    return [];
  }
}

/**
 * What all rows will have cost, if the others cost as much each as those that are through. Null
 * while no row is.
 */
export function projectedCost(spent: number, rowsThrough: number, rows: number): number | null {
  return rowsThrough === 0 ? null : (spent * rows) / rowsThrough;
}
