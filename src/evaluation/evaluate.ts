import { SysGenError } from "../errors.ts";
import type { RunOptions } from "../execution/observer.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";
import type { EvaluateRecord } from "./evaluate-record.ts";

/** What an evaluation found, and how it ended. */
export interface EvaluateSummary extends EvaluateRecord {
  readonly out: string;
  readonly state: "finished" | "interrupted" | "stopped";
  /** Why it stopped, such as which limit is reached. */
  readonly stoppedBy: string | undefined;
  /** Time of this invocation. */
  readonly seconds: number;
}

/**
 * Has a model answer benchmarks, checks the answers and writes `evaluate.json`. Calls are in the
 * journal of the folder, so that the same command again pays nothing twice. A benchmark that fails
 * does not end the others.
 * @throws UsageError for bad configuration, when another process is at work in the folder, and when
 * a server refuses every call.
 */
export async function evaluate(config: EvaluateConfig, _options: RunOptions = {}): Promise<EvaluateSummary> {
  throw new SysGenError(`${config.out}: not written yet`);
}
