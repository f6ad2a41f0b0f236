import type { Shard } from "../datasets/shard.ts";
import type { BudgetLimits, Spending } from "../models/spending/budget.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { Merged } from "../runs/manifest.ts";

/** What a run that is a part of a whole, or puts the parts together, is told besides. */
export interface RunPart {
  /** The rows that are taken. Undefined for all of them. */
  readonly shard: Shard | undefined;
  /**
   * The budget of the whole. It decides on how many rows the judge is calibrated, so that all parts
   * have the lines that one process would draw.
   */
  readonly wholeBudget: BudgetLimits;
  /** Where the judge draws its lines. Undefined where this run draws them. */
  readonly calibration: Calibration | undefined;
  /** Called once the part's directory is held, and before anything is paid. May throw. */
  readonly mayBegin?: () => Promise<void>;
  /** Failed rows that have a result stay as they are. Default they are tried again. */
  readonly keepsFailed?: boolean;
  /** What was taken over from all parts. Undefined for one of them. */
  readonly merged?: Merged;
  /**
   * What was paid for this run and is not in its journal, because two parts have paid for the same
   * call. Default nothing.
   */
  readonly spentElsewhere?: Spending;
}
