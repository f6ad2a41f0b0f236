/** The command's exit codes, as docs/cli.md lists them. */
export const exitCodes = {
  /** Every row is accounted for and none failed. */
  ok: 0,
  /** The run finished, but some rows failed. Running the same command again retries only these. */
  someFailed: 1,
  /** The usage, the configuration or the input is wrong, or the run cannot go on as it is. */
  usage: 2,
  /**
   * A budget is spent (`--max-calls`, `--max-tokens`, `--max-cost`). The same command with a larger
   * budget goes on.
   */
  budget: 3,
  /** Batches are open, and the command does not wait for them. The same command goes on. */
  open: 4,
  /**
   * The run finished, no row failed, and no row is in the dataset. All of them were dropped, or
   * there were none.
   */
  nothing: 5,
  /**
   * Another process is at work in the run directory. The same command goes on once that one has
   * ended.
   */
  inUse: 6,
  /**
   * What the command needs is not to be had now, such as a server that does not answer, room on the
   * disk, or the hub. The same command goes on once it is there.
   */
  outage: 7,
  /** The run was interrupted. Running the same command again goes on. */
  interrupted: 130,
} as const;
