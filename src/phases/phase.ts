import type { ZodType } from "zod";
import type { OutputForm } from "../models/model.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import type { PresetName } from "./presets.ts";
import type { RowUnderWay } from "./row-under-way.ts";
import type { PhaseContext } from "./step.ts";

/** Some settings of a phase. A value that is undefined is not given. */
export type Given<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

/** Which of the run's models a phase calls. `code` calls none. */
export type Asked = "generator" | "judge" | "code";

/** A phase of a row's road. `phases/index.ts` has the table of phases. */
export type Phase<
  Name extends string,
  Asks extends Asked,
  Settings extends object,
  Config extends object = Given<Settings>,
> = PhaseOfAnyKind<Name, Asks, Settings, Config> & (Asks extends "code" ? unknown : Placeholder<Settings>);

/** What a phase that asks a model has, and no other phase. */
export interface Placeholder<Settings> {
  /**
   * A reply that the model might give to the phase's prompt. `sysgen estimate` asks no model, so it
   * takes rows through the phases with these replies. It counts the tokens of the prompts and of
   * the replies. The phase must find the reply good, because an estimate asks only once.
   * @param row The row, as it would be after `filter`.
   */
  placeholderReply(row: Pick<RowUnderWay, "example" | "phrases">, settings: Settings, asked: AskedInEstimate): string;
}

/** A call of an estimate, which a placeholder reply answers. */
export interface AskedInEstimate {
  /** The form that the model's decoder is held to. */
  readonly form: OutputForm;
  readonly tags: TagSet;
  /** Index of the call among the phase's calls for the row. A phase that asks once has index 0. */
  readonly call: number;
}

/** What every phase has. */
export interface PhaseOfAnyKind<Name extends string, Asks extends Asked, Settings extends object, Config extends object> {
  /** The phase's key in the config file, in run.json and in `status`, and its file's name. */
  readonly name: Name;
  readonly asks: Asks;
  /** What the phase adds to a row, for docs/configuration.md. */
  readonly adds: string;
  /**
   * Why the phase drops a row, in words by reason code. The report page and docs/configuration.md
   * show the words. `too-long` is not here, because a row may be too long for each phase that calls
   * a model.
   */
  readonly reasons: Readonly<Record<string, string>>;
  /**
   * The phase's settings in full, as run.json has them. Texts of the user's own are under the key
   * `texts`. The prompt's hash is made of them too, and stands for them in a run's identity.
   */
  readonly settings: ZodType<Settings>;
  /** What a config file may say under the phase's name. */
  readonly config: ZodType<Config>;
  readonly presets: Readonly<Record<PresetName, Settings>>;
  /**
   * What the model is asked about a fixed row. Its hash is part of a run's identity. A phase whose
   * prompt holds nothing but a row has none.
   */
  prompt?(settings: Settings, tags: TagSet): unknown;
  /**
   * The name of the phase from which `--retry` tries a row anew that was dropped in this one.
   * @param reason The reason code of the row in rejected.jsonl.
   */
  retriesFrom(reason: string): string;
  /**
   * Takes a row through the phase.
   * @throws RowDropped to end the row's road with a reason.
   * @throws ModelError when a call brought no reply.
   */
  run(row: RowUnderWay, settings: Settings, context: PhaseContext): Promise<RowUnderWay>;
}
