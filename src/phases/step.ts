import type { Purpose } from "../records/purpose.ts";
import type { Usage } from "../records/usage.ts";
import type { ChatMessage, Model, ModelCall, ModelReply, Sampling } from "../models/model.ts";
import { RetryBudget } from "../models/retry-budget.ts";
import type { Calibration } from "./calibration.ts";
import type { Obedience } from "./obedience.ts";
import type { Rewrite, RowUnderWay } from "./row-under-way.ts";
import type { FilterSettings } from "./sieve.ts";

/** What is needed to ask a model. */
export interface StepContext {
  readonly model: Model;
  /** What the model is asked for. */
  readonly purpose: Purpose;
  /** Once aborted, no further call begins. */
  readonly signal: AbortSignal;
  /** Retries that one step may use, of every kind. */
  readonly maxRetries: number;
  /**
   * How many of these retries may go to replies that came and were no good. Such a reply was
   * malformed, held no verdict, or was caught by a gate.
   */
  readonly maxReasks: number;
  /** How often the user had this purpose asked anew for the row. */
  readonly round: number;
  /** The seed of the first attempt. Each further attempt has the next number. */
  readonly seed: number | undefined;
  /** Told what each reply used, whether it was paid now or came out of the journal. */
  readonly onUsage: (usage: Usage) => void;
}

/** What a phase is given. */
export interface PhaseContext extends StepContext {
  /**
   * Settings of the filter. `generate` asks again for a message of which the filter leaves nothing.
   */
  readonly filter: FilterSettings;
  /** Where the run's judge draws its lines. Made before the first verdict. */
  calibration(): Promise<Calibration>;
  /**
   * Has the row's message generated and filtered once more.
   * @throws RowDropped when the filter leaves nothing.
   */
  regenerate(row: RowUnderWay, again: Rewrite): Promise<RowUnderWay>;
  /** For questions to the judge about a new response. */
  readonly check: StepContext;
  /** Where the run's judge draws the line between responses that obey and those that do not. */
  obedience(): Promise<Obedience>;
}

/** One question to a model, asked until a good reply comes or its retry budget is spent. */
export class Step {
  readonly #context: StepContext;
  readonly #budget: RetryBudget;
  readonly #first: number;
  #attempt: number;

  /** @param vote Number of the vote or rewrite, where it is asked several times. Default 0. */
  constructor(context: StepContext, vote = 0) {
    this.#context = context;
    // Attempts are part of a call's address, so those of different votes differ.
    this.#first = vote * (context.maxReasks + 1);
    this.#attempt = this.#first;
    this.#budget = new RetryBudget(context.maxRetries);
  }

  /** Asks once. Reasoning is taken off the reply's text. @throws ModelError when no reply came. */
  ask(
    messages: readonly ChatMessage[],
    sampling: Sampling,
    { constraint, questions }: Pick<ModelCall, "constraint" | "questions"> = {},
  ): Promise<ModelReply> {
    const { model, purpose, signal, round, seed, onUsage } = this.#context;
    const call = {
      messages,
      sampling: seed === undefined ? sampling : { ...sampling, seed: seed + this.#attempt },
      constraint,
      questions,
      attempt: this.#attempt,
      round,
    };
    return model.call(call, { purpose, signal, budget: this.#budget }).then((reply) => {
      onUsage(reply.usage);
      return reply.text.includes("</think>") || reply.text.includes("<think>") ? { ...reply, text: withoutReasoning(reply.text) } : reply;
    });
  }

  /** Whether the question may be asked once more. Takes one retry from the budget if it may. */
  mayAskAgain(): boolean {
    if (this.#attempt - this.#first >= this.#context.maxReasks || !this.#budget.take()) return false;
    this.#attempt++;
    return true;
  }
}

/**
 * Takes reasoning off a text. It stands between `<think>` and `</think>` at the text's beginning.
 * Some chat templates put `<think>` into the prompt, so that only `</think>` is in the text. If the
 * reasoning is not closed, no answer came.
 */
function withoutReasoning(text: string): string {
  const opens = text.indexOf("<think>");
  const closes = text.indexOf("</think>");
  const begins = opens !== -1 && text.slice(0, opens).trim() === "";
  if (closes === -1) return begins ? "" : text;
  return begins || opens === -1 || closes < opens ? text.slice(closes + "</think>".length).trimStart() : text;
}
