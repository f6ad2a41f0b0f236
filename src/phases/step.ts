import { ModelError } from "../errors.ts";
import type { Purpose } from "../records/purpose.ts";
import type { Usage } from "../records/usage.ts";
import type { ChatMessage, Model, ModelCall, ModelReply, Sampling } from "../models/model.ts";
import { RetryBudget } from "../models/retry-budget.ts";
import { answerIn } from "../texts/replies/answer-in.ts";
import { mayBeForeign, reasoningIn } from "../texts/replies/foreign-in.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import type { Calibration } from "./calibration.ts";
import type { Obedience } from "./obedience.ts";
import type { OwnGate } from "./own/own-gate.ts";
import type { TagShares } from "./prompts/tag-ask.ts";
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
  /** The functionalities that phrases may serve. */
  readonly tags: TagSet;
  /** How many messages are to have a tag, for the tags of which that is wanted. */
  readonly tagShares: TagShares;
  /**
   * Settings of the filter. `generate` asks again for a message of which the filter leaves nothing.
   */
  readonly filter: FilterSettings;
  /** The user's own gates. Default none. */
  readonly ownGates?: readonly OwnGate[] | undefined;
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

/** What a question asks for. */
export interface AskOptions extends Pick<ModelCall, "constraint" | "questions"> {
  /** The response that the reply is to replace. What it holds is text in the reply too. */
  readonly original?: string | undefined;
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

  /**
   * Asks for a reply that is whole, and takes off its text what is not the answer. A reply that
   * ended for an unknown reason is asked for again within the budget.
   * @throws ModelError when no reply came, or none whose end is known.
   */
  async ask(messages: readonly ChatMessage[], sampling: Sampling, options: AskOptions = {}): Promise<ModelReply> {
    const { model, purpose, signal, round, seed, onUsage } = this.#context;
    const { constraint, questions, original } = options;
    for (;;) {
      const call = {
        messages,
        sampling: seed === undefined ? sampling : { ...sampling, seed: seed + this.#attempt },
        constraint,
        questions,
        request: model.request,
        attempt: this.#attempt,
        round,
      };
      const reply = await model.call(call, { purpose, signal, budget: this.#budget });
      onUsage(reply.usage);
      if (reply.finishReason !== "other") return withAnswer(reply, messages, original);
      if (!this.mayAskAgain())
        throw new ModelError(
          "bad-reply",
          `expected a whole reply, found one that ended with ${reply.endedBy ?? "an unknown finish reason"}`,
        );
    }
  }

  /** Whether the question may be asked once more. Takes one retry from the budget if it may. */
  mayAskAgain(): boolean {
    if (this.#attempt - this.#first >= this.#context.maxReasks || !this.#budget.take()) return false;
    this.#attempt++;
    return true;
  }
}

/** The reply with its answer as text. Most replies are nothing else, and stay as they are. */
function withAnswer(reply: ModelReply, messages: readonly ChatMessage[], original: string | undefined): ModelReply {
  if (!mayBeForeign(reply.text)) return reply;
  const known = (): string => [...messages.map(({ content }) => content), original ?? ""].join("\n");
  const text = answerIn(reply.text, known);
  // A gate looks at responses. Elsewhere no draft in reasoning may become a phrase or a verdict.
  const isAnswer = original !== undefined || reasoningIn(text, (part) => known().includes(part)) === undefined;
  return { ...reply, text: isAnswer ? text : "" };
}
