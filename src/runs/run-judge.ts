import type { Calibration } from "../phases/calibration.ts";
import { judgeWarnings } from "../phases/calibration-words.ts";
import type { Tally } from "./tally.ts";

/** How well a run's judge tells phrases apart, and what it did. */
export interface RunJudge {
  readonly calibration: Calibration;
  /** Phrases below the line that stay, because they are the best of their message. */
  readonly weak: number;
  /** Phrases that got the tag of the functionality that they serve. */
  readonly retagged: number;
  /** Rows whose message was written again, because it looked like another row's. */
  readonly writtenAgain: number;
  /** What a person should know of this judge, as sentences. */
  readonly warnings: readonly string[];
}

/** Undefined if no verdict was calibrated. */
export function runJudge(
  calibration: Calibration | undefined,
  { verdicts, repairs, writtenAgain }: Pick<Tally, "verdicts" | "repairs" | "writtenAgain">,
): RunJudge | undefined {
  if (calibration === undefined) return undefined;
  return {
    calibration,
    weak: verdicts["weak"] ?? 0,
    retagged: repairs["retagged"] ?? 0,
    writtenAgain,
    warnings: judgeWarnings(calibration),
  };
}
