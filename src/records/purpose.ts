/**
 * What a call to a model is for. Each phase, each question of the judge and each benchmark has a
 * purpose of its own.
 */
export interface Purpose {
  /** Any text. The journal stores the name with the reply, and calls are counted by name. */
  readonly name: string;
  /**
   * Order of work within a session. Waiting calls of a higher rank go first, so that rows that are
   * under way are finished before others are begun.
   */
  readonly rank: number;
  /** The setting that limits the tokens of a reply, such as `generate.maxOutputTokens`. */
  readonly tokenSetting?: string;
}
