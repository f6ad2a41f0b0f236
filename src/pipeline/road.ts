import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import { FatalEnd } from "../execution/fatal-end.ts";
import type { Model } from "../models/model.ts";
import type { RunObserver } from "../execution/observer.ts";
import { faultOf, filter, Sieve, type Filtered } from "../phases/filter.ts";
import { generate } from "../phases/generate.ts";
import { respond } from "../phases/respond.ts";
import { RowDropped } from "../phases/row-dropped.ts";
import type { PhaseContext } from "../phases/step.ts";
import { verify } from "../phases/verify.ts";
import type { Example } from "../records/example.ts";
import type { Done, Outcome, PhaseName, Rejected, RemovedPhrase, Stage } from "../records/outcome.ts";
import { renderUntagged } from "../records/system-message/render.ts";
import { addUsage, noUsage, type Usage } from "../records/usage.ts";

/** The settings that a row's road hangs on. */
export type RoadConfig = Pick<RunConfig, "phases" | "existingSystem" | "maxRetries" | "maxReasks" | "seed">;

export interface RoadOptions {
  readonly config: RoadConfig;
  readonly model: Model;
  readonly judge: Model;
  /** Whether a call of this model was paid in this run. */
  readonly hasReplied: (model: Model) => boolean;
  /** Once aborted no further call begins, and rows that need one have no outcome. */
  readonly signal: AbortSignal;
  readonly observer: RunObserver;
}

/** The road of one row: example -> generate -> filter -> verify -> respond -> outcome. A run is a pure function of rows, configuration and journal. */
export class Road {
  readonly #options: RoadOptions;
  readonly #end: FatalEnd;

  constructor(options: RoadOptions) {
    this.#options = options;
    this.#end = new FatalEnd(options.signal);
  }

  /** An error that every further call would meet too: rows after it fail unasked, and a rerun retries them. */
  get fatal(): ModelError | undefined {
    return this.#end.error;
  }

  /**
   * Undefined when the run was stopped before the row's road ended.
   * @param rounds How often each phase was asked for anew.
   */
  async walk({ content }: DatasetEntry, rounds: (phase: PhaseName) => number): Promise<Outcome | undefined> {
    if ("problem" in content)
      return rejected(content.problem.retry === true ? "failed" : "dropped", "read", content.problem.reason, content.problem.detail);
    const { example } = content;
    if (example.systemMessage !== undefined && this.#options.config.existingSystem === "drop") {
      return rejected(
        "dropped",
        "read",
        "has-system-message",
        "the row holds a system message already; --existing-system replace makes a new one",
      );
    }
    let phase: PhaseName = "generate";
    const removed: RemovedPhrase[] = [];
    try {
      return await this.#phases(example, rounds, removed, (next) => (phase = next));
    } catch (error) {
      if (error instanceof RowDropped)
        return { ...rejected("dropped", error.phase, error.reason, error.message), removed: [...removed, ...error.removed] };
      if (error instanceof ModelError) return this.#failed(error, phase);
      if (this.#options.signal.aborted) return undefined;
      throw error;
    }
  }

  async #phases(
    example: Example,
    rounds: (phase: PhaseName) => number,
    removed: RemovedPhrase[],
    enter: (phase: PhaseName) => void,
  ): Promise<Done> {
    const { config, model, judge, observer } = this.#options;
    const { generate: generation, filter: filtering, verify: verification, respond: response } = config.phases;
    let usage: Usage = noUsage;
    const context = (phase: PhaseName): PhaseContext => {
      if (this.fatal) throw this.fatal;
      enter(phase);
      return {
        model: phase === "verify" ? judge : model,
        signal: this.#end.calls,
        maxRetries: config.maxRetries,
        maxReasks: config.maxReasks,
        round: rounds(phase),
        seed: config.seed,
        onUsage: (used) => {
          usage = addUsage(usage, used);
        },
      };
    };
    const leave = (phase: PhaseName): void => observer.onPhase?.(phase);

    // A function of its own, so that a sieve is not kept for as long as its row is under way.
    const generateAndFilter = (): Promise<Filtered> => {
      const sieve = new Sieve(example, filtering);
      return generate(example, generation, context("generate"), (attempt) => faultOf(sieve, attempt)).then((generated) => {
        leave("generate");
        enter("filter");
        return filter(sieve, generated);
      });
    };
    const filtered = await generateAndFilter();
    removed.push(...filtered.faults);
    leave("filter");
    const verified = await verify(example, filtered.phrases, verification, context("verify"));
    removed.push(...verified.removed);
    leave("verify");
    const systemMessage = renderUntagged(verified.kept);
    const responded = await respond(example, systemMessage, response, context("respond"));
    leave("respond");
    return {
      outcome: "done",
      messages: [{ role: "system", content: systemMessage }, ...responded.messages],
      tools: example.tools,
      columns: example.columns,
      phrases: verified.kept,
      removed,
      originalResponses: responded.originalResponses,
      replacedSystemMessage: example.systemMessage,
      gates: responded.gates,
      usage,
    };
  }

  #failed(error: ModelError, phase: PhaseName): Rejected {
    if (error.kind === "context-overflow") return rejected("dropped", phase, "too-long", error.message);
    const { model, judge, hasReplied } = this.#options;
    this.#end.consider(error, hasReplied(phase === "verify" ? judge : model));
    return rejected("failed", phase, error.kind, error.message);
  }
}

function rejected(outcome: Rejected["outcome"], phase: Stage, reason: string, detail: string): Rejected {
  return { outcome, phase, reason, detail, removed: [] };
}
