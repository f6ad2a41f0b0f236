import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import type { Session } from "../execution/open-session.ts";
import type { RunObserver } from "../execution/observer.ts";
import type { RunStop } from "../execution/run-stop.ts";
import type { Model } from "../models/model.ts";
import { phases, type PhaseSettings } from "../phases/index.ts";
import type { Asked, Phase } from "../phases/phase.ts";
import { RowDropped } from "../phases/row-dropped.ts";
import { beginRow, type RowUnderWay } from "../phases/row-under-way.ts";
import type { PhaseContext } from "../phases/step.ts";
import type { Done, Outcome, Rejected } from "../records/outcome.ts";
import type { Purpose } from "../records/purpose.ts";
import { addUsage, noUsage, type Usage } from "../records/usage.ts";

/** The settings that decide a row's road. */
export type RoadConfig = Pick<RunConfig, "phases" | "existingSystem" | "maxRetries" | "maxReasks" | "seed">;

export interface RoadOptions {
  readonly config: RoadConfig;
  readonly model: Model;
  readonly judge: Model;
  readonly stop: Pick<RunStop, "rows" | "calls" | "fatal">;
  /** Told of a call that brought no reply. */
  readonly callFailed: Session["callFailed"];
  readonly observer: RunObserver;
}

/**
 * How often a phase of a row was asked anew. The number is part of the address of the row's calls.
 */
export type Rounds = (phase: string) => number;

type AnyPhase = Phase<keyof PhaseSettings, Asked, object>;

/** The phases in order, each with what it calls models for. A later phase has a higher rank. */
const steps = phases.map((phase: AnyPhase, rank) => ({ phase, purpose: { name: phase.name, rank } }));

/** What a run calls models for. */
export const phasePurposes: readonly Purpose[] = steps.map(({ purpose }) => purpose);

/**
 * The road of one row through all phases. A run is a pure function of rows, configuration and
 * journal.
 */
export class Road {
  readonly #options: RoadOptions;

  constructor(options: RoadOptions) {
    this.#options = options;
  }

  /** Takes a row down its road. Undefined when the run was stopped before the road ended. */
  async walk({ content }: DatasetEntry, rounds: Rounds): Promise<Outcome | undefined> {
    if ("problem" in content)
      return rejected(content.problem.retry === true ? "failed" : "dropped", "read", content.problem.reason, content.problem.detail);
    const { example } = content;
    const { config, stop, observer } = this.#options;
    if (example.systemMessage !== undefined && config.existingSystem === "drop") {
      return rejected(
        "dropped",
        "read",
        "has-system-message",
        "the row holds a system message already; --existing-system replace makes a new one",
      );
    }
    let usage: Usage = noUsage;
    const onUsage = (used: Usage): void => {
      usage = addUsage(usage, used);
    };
    let row = beginRow(example);
    for (const { phase, purpose } of steps) {
      try {
        if (stop.fatal && phase.asks !== "code") throw stop.fatal;
        row = await phase.run(row, config.phases[phase.name], this.#context(phase, purpose, rounds, onUsage));
      } catch (error) {
        if (error instanceof RowDropped)
          return { ...rejected("dropped", error.phase, error.reason, error.message), removed: [...row.removed, ...error.removed] };
        if (error instanceof ModelError) return this.#failed(error, phase);
        if (stop.rows.aborted) return undefined;
        throw error;
      }
      observer.onPhase?.(phase.name);
    }
    return done(row, usage);
  }

  #context(phase: AnyPhase, purpose: Purpose, rounds: Rounds, onUsage: PhaseContext["onUsage"]): PhaseContext {
    const { config, stop } = this.#options;
    return {
      model: this.#modelOf(phase),
      purpose,
      signal: stop.calls,
      maxRetries: config.maxRetries,
      maxReasks: config.maxReasks,
      round: rounds(phase.name),
      seed: config.seed,
      onUsage,
      filter: config.phases.filter,
    };
  }

  #modelOf(phase: AnyPhase): Model {
    return phase.asks === "judge" ? this.#options.judge : this.#options.model;
  }

  #failed(error: ModelError, phase: AnyPhase): Rejected {
    if (error.kind === "context-overflow") return rejected("dropped", phase.name, "too-long", error.message);
    this.#options.callFailed(error, this.#modelOf(phase));
    return rejected("failed", phase.name, error.kind, error.message);
  }
}

function done({ example, systemMessage, messages, judged, removed, originalResponses, gates }: RowUnderWay, usage: Usage): Done {
  return {
    outcome: "done",
    messages: [{ role: "system", content: systemMessage }, ...messages],
    tools: example.tools,
    columns: example.columns,
    phrases: judged,
    removed,
    originalResponses,
    replacedSystemMessage: example.systemMessage,
    gates,
    usage,
  };
}

function rejected(outcome: Rejected["outcome"], phase: string, reason: string, detail: string): Rejected {
  return { outcome, phase, reason, detail, removed: [] };
}
