import { SysGenError } from "../../errors.ts";
import type { Purpose } from "../../records/purpose.ts";

/** What a call or several calls use. */
export interface Spending {
  readonly calls: number;
  /** Tokens of prompts and replies. */
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

/** The most that a run directory may use over its whole life. Undefined means no limit. */
export interface BudgetLimits {
  readonly maxCalls?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** US dollars. */
  readonly maxCost?: number | undefined;
}

/**
 * The budget does not allow the next call. What was paid is kept. The same command with a larger
 * budget continues the run.
 */
export class BudgetSpent extends SysGenError {
  override readonly name = "BudgetSpent";
}

export const nothing: Spending = { calls: 0, tokens: 0, cost: 0 };

/** What is left of a budget. Infinity where nothing is limited. */
export function leftOf({ maxCalls = Infinity, maxTokens = Infinity, maxCost = Infinity }: BudgetLimits, spent: Spending): Spending {
  return { calls: maxCalls - spent.calls, tokens: maxTokens - spent.tokens, cost: maxCost - spent.cost };
}

interface Waiting {
  readonly rank: number;
  readonly need: Spending;
  readonly resolve: () => void;
  readonly reject: (error: BudgetSpent) => void;
}

/**
 * A limit on what a run may spend. Before a call is sent it reserves the most that it can use.
 * After its end it settles what it used. So calls that run at the same time never exceed the limit
 * together. A call that does not fit waits for others to settle, and calls of later phases go
 * first. When a call does not fit and no other is left to settle, the budget is spent.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  #spent: Spending = nothing;
  #reserved: Spending = nothing;
  readonly #waiting: Waiting[] = [];
  #end: BudgetSpent | undefined;
  #onSpent: (end: BudgetSpent) => void = () => {};

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /**
   * @param spent What the run directory has spent already.
   * @param onSpent Called once, when the budget is spent.
   */
  start(spent: Spending, onSpent: (end: BudgetSpent) => void): void {
    this.#spent = spent;
    this.#onSpent = onSpent;
  }

  /** What is not spent yet. Calls in flight have not spent what they reserve. */
  get left(): Spending {
    return leftOf(this.#limits, this.#spent);
  }

  /**
   * Resolves when the call may be sent.
   * @param need The most that the call can use.
   * @throws BudgetSpent when the budget does not allow the call.
   */
  async reserve({ rank }: Purpose, need: Spending): Promise<void> {
    if (this.#end) throw this.#end;
    if (this.#waiting.length === 0 && this.#fits(need)) this.#reserved = sum(this.#reserved, need);
    else
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push({ rank, need, resolve, reject });
        this.#waiting.sort((a, b) => b.rank - a.rank);
        this.#grant();
      });
  }

  /**
   * Reserves without waiting.
   * @returns False when there is no room until others settle.
   * @throws BudgetSpent when there is no room and none is reserved.
   */
  reserveNow(need: Spending): boolean {
    if (this.#end) throw this.#end;
    if (this.#fits(need)) {
      this.#reserved = sum(this.#reserved, need);
      return true;
    }
    if (this.#reserved.calls > 0) return false;
    this.#end = this.#endAt(need);
    this.#onSpent(this.#end);
    throw this.#end;
  }

  /** Reserves what open batches may use, whether there is room or not. */
  reserveOpen(need: Spending): void {
    this.#reserved = sum(this.#reserved, need);
  }

  /**
   * A call has ended.
   * @param need What the call reserved.
   * @param actual What the call used.
   */
  settle(need: Spending, actual: Spending): void {
    this.#reserved = sum(this.#reserved, need, -1);
    this.#spent = sum(this.#spent, actual);
    this.#grant();
  }

  #grant(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#fits(next.need)) {
        this.#reserved = sum(this.#reserved, next.need);
        next.resolve();
        this.#waiting.shift();
      } else if (this.#reserved.calls > 0) return;
      else {
        this.#end = this.#endAt(next.need);
        for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
        this.#onSpent(this.#end);
      }
    }
  }

  #fits(need: Spending): boolean {
    return this.#exceeded(need) === undefined;
  }

  #exceeded(need: Spending): "calls" | "tokens" | "cost" | undefined {
    const { maxCalls = Infinity, maxTokens = Infinity, maxCost = Infinity } = this.#limits;
    const { calls, tokens, cost } = sum(sum(this.#spent, this.#reserved), need);
    return calls > maxCalls ? "calls" : tokens > maxTokens ? "tokens" : cost > maxCost ? "cost" : undefined;
  }

  #endAt(need: Spending): BudgetSpent {
    const { calls, tokens, cost } = this.#spent;
    const { maxCalls, maxTokens, maxCost } = this.#limits;
    const exceeded = this.#exceeded(need);
    const said =
      exceeded === "calls"
        ? `--max-calls ${maxCalls}: ${calls} calls are paid`
        : exceeded === "tokens"
          ? `--max-tokens ${maxTokens}: ${tokens} tokens are used, and the next call may take ${need.tokens}`
          : `--max-cost ${maxCost}: $${cost.toFixed(4)} are spent, and the next call may cost $${need.cost.toFixed(4)}`;
    return new BudgetSpent(`The budget is spent (${said}).`);
  }
}

export function sum(a: Spending, b: Spending, sign: 1 | -1 = 1): Spending {
  return { calls: a.calls + sign * b.calls, tokens: a.tokens + sign * b.tokens, cost: a.cost + sign * b.cost };
}
