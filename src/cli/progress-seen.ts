import type { PhaseName } from "../records/outcome.ts";
import { duration, thousands } from "../texts/number-text.ts";

/** What the observer has seen so far. */
export class Seen {
  readonly startedMs = performance.now();
  /** Rows that a phase is through with, whether they go on or not. */
  readonly passed: Record<PhaseName, number> = { generate: 0, filter: 0, verify: 0, respond: 0 };
  started = false;
  ended = 0;
  resumed = 0;
  /** Rows that never come to a phase, because they ended before it. */
  readonly rejectedBefore: Record<PhaseName, number> = { generate: 0, filter: 0, verify: 0, respond: 0 };
  failed = 0;
  dropped = 0;
  outputTokens = 0;
  calls = 0;
  /** Rows of the input; undefined until they are counted. */
  total: number | undefined;

  get seconds(): number {
    return Math.max(0.001, (performance.now() - this.startedMs) / 1000);
  }

  get eta(): string {
    const worked = this.ended - this.resumed;
    if (this.total === undefined || worked === 0) return "-";
    return duration(((this.total - this.ended) * this.seconds) / worked);
  }
}

export interface Display {
  say(text: string): void;
  end(): void;
}

/** How fast it goes, and how long it will take. */
export function rates(seen: Seen): string {
  const rate = ((seen.ended - seen.resumed) / seen.seconds).toFixed(2);
  return `${rate} rows/s, ${thousands(seen.outputTokens / seen.seconds)} tokens/s, ETA ${seen.eta}`;
}
