import type { Purpose } from "../../records/purpose.ts";

/** Which of two responses is better. */
export const judgePair: Purpose = { name: "judge-pair", rank: 0, tokenSetting: "--max-output-tokens" };
/** Which phrases of its system message a response obeys. */
export const judgePhrases: Purpose = { name: "judge-phrases", rank: 1, tokenSetting: "--max-output-tokens" };
/** Which phrases of another row's system message a response obeys. */
export const judgeCalibration: Purpose = { name: "judge-calibration", rank: 2, tokenSetting: "--max-output-tokens" };

/** What the judge's server can enforce. */
export const judgeProbe: Purpose = { name: "judge-probe", rank: 3 };

/** What `sysgen judge` calls models for. */
export const judgePurposes: readonly Purpose[] = [judgePair, judgePhrases, judgeCalibration];
