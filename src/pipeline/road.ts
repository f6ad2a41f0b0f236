import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import type { Session } from "../execution/open-session.ts";
import type { RunObserver } from "../execution/observer.ts";
import type { RunStop } from "../execution/run-stop.ts";
import { CallWaits } from "../models/call-waits.ts";
import type { Model } from "../models/model.ts";
import { filter } from "../phases/filter.ts";
import { generate } from "../phases/generate.ts";
import { phases, type PhaseSettings } from "../phases/index.ts";
import { checkSettings, respond } from "../phases/respond.ts";
import { verify } from "../phases/verify.ts";
import type { Obedience } from "../phases/obedience.ts";
import type { Calibration } from "../phases/calibration.ts";
import { calibrateOn, type DrawnRow } from "./calibrate.ts";
import { obedienceOn } from "./draw-obedience.ts";
import type { Asked, Phase } from "../phases/phase.ts";
import type { OwnGate } from "../phases/own/own-gate.ts";
import { runOwnPhase, type OwnPhase } from "../phases/own/own-phase.ts";
import { RowDropped } from "../phases/row-dropped.ts";
import { beginRow, type RowUnderWay } from "../phases/row-under-way.ts";
import type { PhaseContext, StepContext } from "../phases/step.ts";
import { OwnCodeError } from "../platform/own-code.ts";
import { notTried, ownCodeFailed, type Done, type Outcome, type Rejected } from "../records/outcome.ts";
import type { Purpose } from "../records/purpose.ts";
import { withToolMessage } from "../records/tools.ts";
import { addUsage, noUsage, type Usage } from "../records/usage.ts";

/** The settings that decide a row's road. */
export type RoadConfig = Pick<RunConfig, "phases" | "tags" | "tagShares" | "existingSystem" | "maxRetries" | "maxReasks" | "seed">;

export interface RoadOptions {
  readonly config: RoadConfig;
  readonly model: Model;
  readonly judge: Model;
  readonly stop: Pick<RunStop, "rows" | "calls" | "fatal"> & Partial<Pick<RunStop, "ownCodeFailed" | "rowDone" | "rowWaits">>;
  /** The user's own gates and phases. Default none. */
  readonly own?: { readonly gates: readonly OwnGate[]; readonly phases: readonly OwnPhase[] } | undefined;
  /** Rows on which it is found out where the judge draws its lines. */
  readonly draw: readonly DrawnRow[];
  /** Where the judge draws its lines, if that is known. */
  readonly calibration: Calibration | undefined;
  /**
   * The rounds that hold for all rows. Rows of the draw are asked in these, so that trying one row
   * anew moves no line.
   */
  readonly runRounds: Rounds;
  /** Told where the judge draws its lines, when that was found out. No verdict comes before. */
  readonly onCalibrated?: (calibration: Calibration) => Promise<void>;
  /** Told where the line of obedience lies, once it is drawn. */
  readonly onObedience?: (obedience: Obedience) => Promise<void>;
  /** Told of a call that brought no reply. */
  readonly callFailed: Session["callFailed"];
  readonly observer: RunObserver;
}

/**
 * How often a phase of a row was asked anew. The number is part of the address of the row's calls.
 */
export type Rounds = (phase: string) => number;

/** Told of what happens to one row. */
interface RowListener {
  readonly onUsage: PhaseContext["onUsage"];
  /** The row's message is to be written again. */
  readonly onRewrite: () => void;
}

/** For rows of the draw. What is paid for them counts for no row. */
const nobody: RowListener = { onUsage: () => undefined, onRewrite: () => undefined };

type AnyPhase = Phase<keyof PhaseSettings, Asked, object>;

/** A phase and what it calls models for. */
interface RoadStep {
  readonly phase: AnyPhase;
  readonly purpose: Purpose;
}

const stepOf = (phase: AnyPhase): RoadStep => ({
  phase,
  purpose: {
    name: phase.name,
    rank: phases.findIndex(({ name }) => name === phase.name),
    ...(phase.asks === "code" ? {} : { tokenSetting: `${phase.name}.maxOutputTokens` }),
  },
});
/** The phases in order, each with what it calls models for. A later phase has a higher rank. */
const steps = phases.map(stepOf);
const writing = [generate, filter].map(stepOf);
const judging = stepOf(verify);

/** What the calibration calls the judge for, beside what phases ask about the rows of its draw. */
const calibrating: Purpose = { name: "calibrate", rank: phases.length, tokenSetting: "verify.maxOutputTokens" };

/** What the judge is asked about new responses (`respond.check`). */
const checking: Purpose = { name: "check", rank: phases.length + 1 };

/** What a run calls models for. */
export const phasePurposes: readonly Purpose[] = [...steps.map(({ purpose }) => purpose), calibrating, checking];

/** What a run with these own phases calls models for. */
export function purposesWith(own: readonly OwnPhase[]): readonly Purpose[] {
  return [...phasePurposes, ...own.map(({ name }) => ownPurpose(name, own))];
}

/** An own phase has a rank between the phase that it stands behind and the next. */
function ownPurpose(name: string, own: readonly OwnPhase[]): Purpose {
  const index = own.findIndex((phase) => phase.name === name);
  const place = own[index]?.after ?? "respond";
  return { name, rank: phases.findIndex((phase) => phase.name === place) + (index + 1) / (own.length + 1) };
}

/** A part of a row's road, which is a phase of the program or of the user. */
interface Stage {
  readonly name: string;
  readonly asks: boolean;
  /** The model that is asked, or is asked first. */
  readonly model: Model;
  take(row: RowUnderWay, rounds: Rounds, listener: RowListener): Promise<RowUnderWay>;
}

/**
 * The road of one row through all phases. A run is a pure function of rows, configuration and
 * journal.
 */
export class Road {
  readonly #options: RoadOptions;
  #calibrating: Promise<Calibration> | undefined;
  #obedience: Promise<Obedience> | undefined;
  readonly #stages: readonly Stage[];
  /** What a next pass begins with, where a line waited for replies. */
  readonly #drawAgain: (() => void)[] = [];
  #ended = 0;
  #hasThrown = false;

  constructor(options: RoadOptions) {
    this.#options = options;
    const own = options.own?.phases ?? [];
    this.#stages = steps.flatMap((step) => [
      this.#stageOf(step),
      ...own.filter(({ after = "respond" }) => after === step.phase.name).map((phase) => this.#ownStage(phase, own)),
    ]);
  }

  /** Rows whose road has ended. */
  get ended(): number {
    return this.#ended;
  }

  /** A pass over the rows begins. Lines that waited for replies are drawn anew. */
  passBegins(): void {
    for (const draw of this.#drawAgain.splice(0)) draw();
  }

  /**
   * Takes a row down its road. The row is waiting when a reply is not in the journal yet. Undefined
   * when the run was stopped before the road ended.
   */
  async walk(entry: DatasetEntry, rounds: Rounds): Promise<Outcome | "waiting" | undefined> {
    const outcome = await this.#outcomeOf(entry, rounds);
    if (outcome === "waiting") this.#options.stop.rowWaits?.();
    else if (outcome !== undefined) this.#ended++;
    return outcome;
  }

  /**
   * Draws the judge's lines, if they are not known. Calls that fail are left to the rows that need
   * the lines, which make them again.
   */
  async drawLines(): Promise<void> {
    const { config, stop } = this.#options;
    try {
      await this.#calibrate();
      if (config.phases.respond.check !== "off") await this.#drawObedience();
    } catch (error) {
      if (!(error instanceof ModelError) && !stop.rows.aborted) throw error;
    }
  }

  async #outcomeOf({ content }: DatasetEntry, rounds: Rounds): Promise<Outcome | "waiting" | undefined> {
    if ("problem" in content)
      return rejected(content.problem.retry === true ? "failed" : "dropped", "read", content.problem.reason, content.problem.detail);
    const { example } = content;
    const { config, stop } = this.#options;
    if (example.systemMessage !== undefined && config.existingSystem === "drop") {
      return rejected(
        "dropped",
        "read",
        "has-system-message",
        "the row holds a system message already; --existing-system replace makes a new one",
      );
    }
    let usage: Usage = noUsage;
    let writtenAgain: { writtenAgain?: true } = {};
    const listener: RowListener = {
      onUsage: (used) => (usage = addUsage(usage, used)),
      onRewrite: () => (writtenAgain = { writtenAgain: true }),
    };
    let row = beginRow(example);
    for (const stage of this.#stages) {
      const { name } = stage;
      try {
        if (stop.fatal && stage.asks) throw stop.fatal;
        row = await stage.take(row, rounds, listener);
      } catch (error) {
        if (error instanceof RowDropped)
          return {
            ...rejected("dropped", error.phase, error.reason, error.message),
            removed: [...row.removed, ...error.removed],
            ...writtenAgain,
          };
        if (error instanceof CallWaits) {
          await this.#drawAhead(name);
          return "waiting";
        }
        // The error that stops the run is not known to `stop` when it comes. Afterwards it is why
        // no call is made.
        if (stop.fatal !== undefined && error === stop.fatal)
          return { ...rejected("failed", name, notTried, `the run had stopped: ${stop.fatal.message}`), ...writtenAgain };
        if (error instanceof ModelError) return { ...this.#failed(error, stage), ...writtenAgain };
        if (error instanceof OwnCodeError) return { ...this.#threw(error, name), ...writtenAgain };
        if (stop.rows.aborted) return undefined;
        throw error;
      }
    }
    stop.rowDone?.();
    return { ...done(row, usage), ...writtenAgain };
  }

  /**
   * Has the line drawn on which a waiting row will stand next. What the draw asks for then waits
   * together with the row, and not after it.
   */
  async #drawAhead(stage: string): Promise<void> {
    const { config } = this.#options;
    if (stage === judging.phase.name) await this.#calibrate().catch(() => undefined);
    if (stage === respond.name && config.phases.respond.check !== "off") await this.#drawObedience().catch(() => undefined);
  }

  #stageOf(step: RoadStep): Stage {
    const { phase } = step;
    return {
      name: phase.name,
      asks: phase.asks !== "code",
      model: this.#modelOf(phase),
      take: async (row, rounds, listener) => {
        const taken = await this.#take(row, step, rounds, listener);
        this.#options.observer.onPhase?.(phase.name);
        return taken;
      },
    };
  }

  #ownStage(phase: OwnPhase, own: readonly OwnPhase[]): Stage {
    const { model, judge } = this.#options;
    const { name } = phase;
    const purpose = ownPurpose(name, own);
    return {
      name,
      asks: true,
      model,
      take: (row, rounds, listener) => {
        const asking = (asked: Model): StepContext => this.#asking(asked, purpose, rounds(name), listener);
        return runOwnPhase(phase, row, { generator: asking(model), judge: asking(judge) });
      },
    };
  }

  #take(row: RowUnderWay, step: RoadStep, rounds: Rounds, listener: RowListener): Promise<RowUnderWay> {
    return step.phase.run(row, this.#options.config.phases[step.phase.name], this.#context(step, rounds, listener));
  }

  /** The phases that make a row's message, before the judge sees it. */
  async #write(row: RowUnderWay, rounds: Rounds, listener: RowListener): Promise<RowUnderWay> {
    let written = row;
    for (const step of writing) written = await this.#take(written, step, rounds, listener);
    return written;
  }

  /**
   * Calibrates once. A later row tries again after an error, and finds what was paid in the
   * journal.
   */
  #calibrate(): Promise<Calibration> {
    const { calibration, draw, config, runRounds: rounds, onCalibrated, observer } = this.#options;
    if (calibration !== undefined) return Promise.resolve(calibration);
    let asked = 0;
    this.#calibrating ??= calibrateOn(draw, {
      settings: config.phases.verify,
      message: async (example) => (await this.#write(beginRow(example), rounds, nobody)).phrases,
      own: this.#context(judging, rounds, nobody),
      foreign: this.#context({ ...judging, purpose: calibrating }, rounds, nobody),
      onRowAsked: () => observer.onCalibrating?.({ asked: ++asked, of: draw.length }),
    })
      .then(async (found) => {
        await onCalibrated?.(found);
        return found;
      })
      .catch((error: unknown) => {
        const drawAgain = (): void => void (this.#calibrating = undefined);
        // The draw is not walked again for each row that waits for the line.
        if (error instanceof CallWaits) this.#drawAgain.push(drawAgain);
        else drawAgain();
        throw error;
      });
    return this.#calibrating;
  }

  /**
   * Draws the line of obedience once, on the responses that the rows of the draw get on their own
   * road before the judge has looked at them.
   */
  #drawObedience(): Promise<Obedience> {
    const { calibration, draw, config, runRounds: rounds, onObedience } = this.#options;
    if (calibration?.obedience !== undefined) return Promise.resolve(calibration.obedience);
    const unchecked = { ...config.phases.respond, check: "off" as const };
    this.#obedience ??= obedienceOn(draw, {
      settings: checkSettings,
      response: async (example) => {
        let row = await this.#write(beginRow(example), rounds, nobody);
        row = await this.#take(row, judging, rounds, nobody);
        return respond.run(row, unchecked, this.#context(stepOf(respond), rounds, nobody));
      },
      check: this.#context({ ...judging, purpose: checking }, rounds, nobody),
    })
      .then(async (found) => {
        await onObedience?.(found);
        return found;
      })
      .catch((error: unknown) => {
        const drawAgain = (): void => void (this.#obedience = undefined);
        if (error instanceof CallWaits) this.#drawAgain.push(drawAgain);
        else drawAgain();
        throw error;
      });
    return this.#obedience;
  }

  #context({ phase, purpose }: RoadStep, rounds: Rounds, listener: RowListener): PhaseContext {
    const { config, judge, own } = this.#options;
    const asking = this.#asking(this.#modelOf(phase), purpose, rounds(phase.name), listener);
    return {
      ...asking,
      tags: config.tags,
      tagShares: config.tagShares,
      filter: config.phases.filter,
      ownGates: own?.gates,
      calibration: () => this.#calibrate(),
      regenerate: (row, again) => {
        listener.onRewrite();
        return this.#write({ ...row, again }, rounds, listener);
      },
      check: { ...asking, model: judge, purpose: checking },
      obedience: () => this.#drawObedience(),
    };
  }

  #asking(model: Model, purpose: Purpose, round: number, { onUsage }: RowListener): StepContext {
    const { config, stop } = this.#options;
    const { maxRetries, maxReasks, seed } = config;
    return { model, purpose, signal: stop.calls, maxRetries, maxReasks, round, seed, onUsage };
  }

  #modelOf(phase: AnyPhase): Model {
    return phase.asks === "judge" ? this.#options.judge : this.#options.model;
  }

  #failed(error: ModelError, { name, model }: Stage): Rejected {
    if (error.kind === "context-overflow") return rejected("dropped", name, "too-long", error.message);
    this.#options.callFailed(error, model);
    return rejected("failed", name, error.kind, error.message);
  }

  /** The row is tried again by the next run. Its replies are paid, and in the journal. */
  #threw(error: OwnCodeError, name: string): Rejected {
    const { stop, observer } = this.#options;
    if (!this.#hasThrown) observer.onNotice?.(`A row failed, because ${error.message}. The next run tries such rows again.`);
    this.#hasThrown = true;
    stop.ownCodeFailed?.(error);
    return rejected("failed", name, ownCodeFailed, error.message);
  }
}

function done(
  { example, askedTags, systemMessage, messages, judged, removed, originalResponses, responses, gates, answers, added }: RowUnderWay,
  usage: Usage,
): Done {
  return {
    outcome: "done",
    messages: [{ role: "system", content: withToolMessage(systemMessage, example.systemMessage) }, ...messages],
    tools: example.tools,
    columns: example.columns,
    phrases: judged,
    removed,
    originalResponses,
    responses,
    replacedSystemMessage: example.systemMessage,
    gates,
    answers,
    added,
    ...(askedTags.length > 0 && { askedTags }),
    usage,
  };
}

function rejected(outcome: Rejected["outcome"], phase: string, reason: string, detail: string): Rejected {
  return { outcome, phase, reason, detail, removed: [] };
}
