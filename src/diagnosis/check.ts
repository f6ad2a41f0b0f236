/** One thing that a run needs, and how it was found. */
export interface Check {
  /** What was tried, such as `key`. */
  readonly name: string;
  /** `warning` means that a run works, and may do worse or cost more than it need. */
  readonly outcome: "ok" | "warning" | "failed";
  /** What was found, as a sentence without its full stop. */
  readonly found: string;
  /** What to do, as a sentence. Undefined where there is nothing to do. */
  readonly cure?: string;
}

/** Checks of one subject, such as the machine or the generator. */
export interface Subject {
  readonly name: string;
  readonly checks: readonly Check[];
}

export const ok = (name: string, found: string): Check => ({ name, outcome: "ok", found });
export const warning = (name: string, found: string, cure: string): Check => ({ name, outcome: "warning", found, cure });
export const failed = (name: string, found: string, cure: string): Check => ({ name, outcome: "failed", found, cure });
