/** What the command's exit code says (docs/cli.md). */
export const exitCodes = {
  /** Every row is accounted for and none failed. */
  ok: 0,
  /** Finished, but some rows failed; running the same command again retries just these. */
  someFailed: 1,
  /** Bad usage, configuration or input, or the run could not go on. */
  usage: 2,
  /** A budget is spent (--max-calls, --max-tokens, --max-cost); the same command with a larger one goes on. */
  budget: 3,
  /** Interrupted; running the same command again goes on. */
  interrupted: 130,
} as const;
