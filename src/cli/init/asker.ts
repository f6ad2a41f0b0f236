import { UsageError } from "../../errors.ts";

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string | undefined;
}

export interface Question {
  readonly text: string;
  /** The argument or flag that answers it, such as `--model <name>`. */
  readonly flag: string;
}

/** Whoever answers the questions of `sysgen init`. */
export interface Asker {
  /** Whether a person may answer otherwise when an answer is no good. */
  readonly canAskAgain: boolean;
  /** @param choices The first is the default where `hasDefault` is true. */
  select<T>(question: Question, choices: readonly Choice<T>[], hasDefault: boolean): Promise<T>;
  /** @param initial Stands there already. Without it there is no default. */
  text(question: Question, initial?: string): Promise<string>;
  /** Shows what was found. */
  say(text: string): void;
  /** Shows that something takes a moment. */
  wait<T>(text: string, work: Promise<T>): Promise<T>;
}

/** Answers each question with its default (`--yes`). @throws UsageError where there is none. */
export function defaults(say: (text: string) => void): Asker {
  const unanswered = ({ text, flag }: Question, found: string): UsageError =>
    new UsageError(`"${text}" has no answer that is sure${found}. Give ${flag}.`);
  return {
    canAskAgain: false,
    select(question, choices, hasDefault) {
      const [first] = choices;
      if (first !== undefined && (hasDefault || choices.length === 1)) return Promise.resolve(first.value);
      return Promise.reject(unanswered(question, `: there are ${choices.map(({ label }) => label).join(", ")}`));
    },
    text: (question, initial) => (initial === undefined ? Promise.reject(unanswered(question, "")) : Promise.resolve(initial)),
    say,
    wait: (_, work) => work,
  };
}
