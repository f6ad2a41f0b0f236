import { SysGenError } from "../../errors.ts";
import type { Purpose } from "../../records/purpose.ts";
import { CallWaits } from "../call-waits.ts";

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
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait for what batches have reserved. */
export interface PutOff {
  /** The most that one of them can use. */
  readonly need: Spending;
  /** Whether one of them may fit by now. */
  readonly mayFit: boolean;
}

/**
 * A limit on what a run may spend. Before a call is sent it reserves the most that it can use.
 * After its end it settles what it used. So calls that run at the same time never exceed the limit
 * together. A call that does not fit waits for others to settle, and calls of later phases go
 * first. Batches settle after the pass over the rows. When they alone are left, the call is put off
 * and its row waits. When a call does not fit and nothing is reserved, the budget is spent.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  #spent: Spending = nothing;
  #reserved: Spending = nothing;
  /** The part of `#reserved` that batches and the wave hold. */
  #held: Spending = nothing;
  /** Calls that were put off, by the need of the last and the least that was left meanwhile. */
  #putOff: { readonly need: Spending; readonly left: Spending } | undefined;
  /** What was used and reserved when calls that were put off were last tried again. */
  #triedAt: Spending | undefined;
  #waiting: Waiting[] = [];
  readonly #heard = new WeakSet<AbortSignal>();
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

  /** Whether less is allowed than is used and reserved, as after a command with a larger budget. */
  get isOver(): boolean {
    return !this.#fits(nothing);
  }

  /**
   * Resolves when the call may be sent.
   * @param need The most that the call can use.
   * @param signal Once aborted, the call waits no longer.
   * @throws BudgetSpent when the budget does not allow the call.
   * @throws CallWaits when it may allow the call once batches have settled.
   */
  async reserve({ rank }: Purpose, need: Spending, signal: AbortSignal): Promise<void> {
    if (this.#end) throw this.#end;
    if (this.#waiting.length === 0 && this.#fits(need)) this.#reserved = sum(this.#reserved, need);
    else
      await new Promise<void>((resolve, reject) => {
        this.#listen(signal);
        this.#waiting.push({ rank, need, signal, resolve, reject });
        this.#waiting.sort((a, b) => b.rank - a.rank);
        this.#grant();
      });
  }

  /**
   * Puts off a call that does not fit where only batches are left to settle. So it takes no
   * endpoint's turn.
   * @throws CallWaits when the call is put off.
   */
  putOffIfFull(need: Spending): void {
    if (this.#isHeldAlone && !this.#fits(need)) throw this.#putOffAt(need);
  }

  /**
   * Reserves what a call of a batch may use, without waiting.
   * @throws BudgetSpent when there is no room and none is reserved.
   * @throws CallWaits when there is no room until others settle.
   */
  reserveForBatch(need: Spending): void {
    if (this.#end) throw this.#end;
    if (this.#fits(need)) return this.reserveOpen(need);
    if (this.#reserved.calls > 0) throw this.#putOffAt(need);
    throw this.end(need);
  }

  /** Reserves what open batches may use, whether there is room or not. */
  reserveOpen(need: Spending): void {
    this.#reserved = sum(this.#reserved, need);
    this.#held = sum(this.#held, need);
  }

  /**
   * The calls that were put off since the last time that this was asked. To be called between two
   * passes over the rows. A call may fit when more is left than while it was put off. A pass that
   * changed nothing is not made again.
   */
  takePutOff(): PutOff | undefined {
    const putOff = this.#putOff;
    this.#putOff = undefined;
    if (putOff === undefined) return undefined;
    const { need, left } = putOff;
    const taken = sum(this.#spent, this.#reserved);
    const now = leftOf(this.#limits, taken);
    const hasMore = now.calls > left.calls || now.tokens > left.tokens || now.cost > left.cost;
    const isUntried = taken.calls !== this.#triedAt?.calls || taken.tokens !== this.#triedAt.tokens;
    if (hasMore && isUntried) this.#triedAt = taken;
    return { need, mayFit: hasMore && isUntried };
  }

  /**
   * Nothing that is reserved will come free, so no call fits any more.
   * @param need The most that the next call can use.
   */
  end(need: Spending): BudgetSpent {
    const end = (this.#end ??= this.#endAt(need));
    for (const { reject } of this.#waiting.splice(0)) reject(end);
    this.#onSpent(end);
    return end;
  }

  /** What a batch has reserved is used, or is not needed. */
  settleBatch(need: Spending, actual: Spending): void {
    this.#held = sum(this.#held, need, -1);
    this.settle(need, actual);
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
      } else if (this.#isHeldAlone) for (const { need, reject } of this.#waiting.splice(0)) reject(this.#putOffAt(need));
      else if (this.#reserved.calls > 0) return;
      else this.end(next.need);
    }
  }

  #listen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#heard.has(signal)) return;
    this.#heard.add(signal);
    const onAbort = (): void => {
      const leaving = this.#waiting.filter((call) => call.signal === signal);
      this.#waiting = this.#waiting.filter((call) => call.signal !== signal);
      for (const { reject } of leaving) reject(signal.reason);
      this.#grant();
    };
    signal.addEventListener("abort", onAbort, { once: true });
  }

  /** Whether all that is reserved is held by batches, so that no call in flight will settle. */
  get #isHeldAlone(): boolean {
    return this.#held.calls > 0 && this.#reserved.calls === this.#held.calls;
  }

  #putOffAt(need: Spending): CallWaits {
    const left = leftOf(this.#limits, sum(this.#spent, this.#reserved));
    this.#putOff = { need, left: this.#putOff === undefined ? left : atMost(left, this.#putOff.left) };
    return new CallWaits();
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
    const held = this.#held;
    const exceeded = this.#exceeded(need);
    const besides = (amount: string): string => (held.calls === 0 ? "" : `, ${amount} are reserved for batches that are not taken`);
    const said =
      exceeded === "calls"
        ? `--max-calls ${maxCalls}: ${calls} calls are paid${besides(`${held.calls} more`)}`
        : exceeded === "tokens"
          ? `--max-tokens ${maxTokens}: ${tokens} tokens are used${besides(`${held.tokens} more`)}, and the next call may take ${need.tokens}`
          : `--max-cost ${maxCost}: $${cost.toFixed(4)} are spent${besides(`$${held.cost.toFixed(4)} more`)}, and the next call may cost $${need.cost.toFixed(4)}`;
    return new BudgetSpent(`The budget is spent (${said}).`);
  }
}

/** The smaller of each. */
function atMost(a: Spending, b: Spending): Spending {
  return { calls: Math.min(a.calls, b.calls), tokens: Math.min(a.tokens, b.tokens), cost: Math.min(a.cost, b.cost) };
}

/** What of `a` is above `b`, and 0 where nothing is. */
export function beyond(a: Spending, b: Spending): Spending {
  const { calls, tokens, cost } = sum(a, b, -1);
  return { calls: Math.max(0, calls), tokens: Math.max(0, tokens), cost: Math.max(0, cost) };
}

export function sum(a: Spending, b: Spending, sign: 1 | -1 = 1): Spending {
  return { calls: a.calls + sign * b.calls, tokens: a.tokens + sign * b.tokens, cost: a.cost + sign * b.cost };
}
