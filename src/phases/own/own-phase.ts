import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { CallWaits } from "../../models/call-waits.ts";
import type { ChatMessage, ModelReply } from "../../models/model.ts";
import { OwnCodeError, ownCodeThrew, ownFunction, ownName, ownVersion } from "../../platform/own-code.ts";
import type { Example } from "../../records/example.ts";
import type { Message } from "../../records/message.ts";
import type { JudgedPhrase } from "../../records/verdict.ts";
import { RowDropped } from "../row-dropped.ts";
import type { RowUnderWay } from "../row-under-way.ts";
import { Step, type StepContext } from "../step.ts";

/** After which phases a phase of one's own may stand. */
export const ownPlaces = ["verify", "respond"] as const;

/** A row as a phase of one's own sees it. */
export interface PhaseRow {
  /** The row as a conversation, with its other columns. */
  readonly example: Example;
  /** The system message without its tags. */
  readonly systemMessage: string;
  readonly phrases: readonly JudgedPhrase[];
  /** The conversation with its new responses. Empty before `respond`. */
  readonly messages: readonly Message[];
  /** What own phases before this one added, by their names. */
  readonly added: Readonly<Record<string, unknown>>;
}

export interface AskModel {
  /** Which of the run's models is asked. Default `generator`. */
  readonly model?: "generator" | "judge";
  /** Default 0. */
  readonly temperature?: number;
  /** Default 1,024. */
  readonly maxOutputTokens?: number;
  /** Another number gets another reply to the same question. Default 0. */
  readonly attempt?: number;
}

/** What a phase of one's own can do. */
export interface PhaseTools {
  /**
   * Asks a model of the run. The call goes through the journal, so that it is paid once, and counts
   * toward the budget. Its purpose is the phase's name.
   * @param prompt Messages, or the text of one message of the user.
   * @throws ModelError when no reply came. The row then fails, and the next run tries it again.
   */
  readonly ask: (prompt: string | readonly ChatMessage[], options?: AskModel) => Promise<ModelReply>;
  /**
   * Drops the row. It is in rejected.jsonl with the phase's name, this reason and this detail.
   * @param reason A code to count by, of lower-case letters, digits and hyphens.
   * @param detail A sentence.
   */
  readonly drop: (reason: string, detail: string) => never;
  /** Once aborted, the run is stopping. */
  readonly signal: AbortSignal;
}

/** A phase of the user's own. */
export interface OwnPhase {
  /** Lower-case letters, digits and hyphens. Calls and dropped rows are counted by it. */
  readonly name: string;
  /** After which phase it stands. Default `respond`. */
  readonly after?: (typeof ownPlaces)[number] | undefined;
  /** Marks what `run` does, for the run's identity. Default is a hash of the function's source. */
  readonly version?: string | undefined;
  /**
   * Takes a row through the phase. What it gives back stands in the row's line as
   * `sysgen.added.<name>`, and is to be JSON. `undefined` adds nothing.
   */
  run(row: PhaseRow, tools: PhaseTools): unknown;
}

export const ownPhaseSchema = z.looseObject(
  {
    name: ownName,
    after: z.enum(ownPlaces, `expected ${ownPlaces.join(" or ")}`).optional(),
    version: ownVersion,
    run: ownFunction,
  },
  "expected a phase, which is an object with name and run",
);

/** How the run's models are asked for a phase. */
export type OwnContexts = Readonly<Record<"generator" | "judge", StepContext>>;

/**
 * Takes a row through a phase of one's own.
 * @throws RowDropped when the phase drops the row, and ModelError when a call brought no reply.
 * @throws CallWaits when a call waits for its reply, whatever the phase makes of that.
 * @throws OwnCodeError when the phase throws anything else, or gives back what is no JSON.
 */
export async function runOwnPhase(phase: OwnPhase, row: RowUnderWay, contexts: OwnContexts): Promise<RowUnderWay> {
  const { name } = phase;
  const { example, systemMessage, judged: phrases, messages, added = {} } = row;
  const { signal } = contexts.generator;
  let waiting: CallWaits | undefined;
  const tools: PhaseTools = {
    signal,
    ask(prompt, { model = "generator", temperature = 0, maxOutputTokens = 1_024, attempt = 0 } = {}) {
      const asked = typeof prompt === "string" ? [{ role: "user" as const, content: prompt }] : prompt;
      return new Step(contexts[model], attempt).ask(asked, { temperature, maxOutputTokens }).catch((error: unknown) => {
        if (error instanceof CallWaits) waiting = error;
        throw error;
      });
    },
    drop(reason, detail) {
      if (ownName.safeParse(reason).success) throw new RowDropped(name, reason, detail);
      throw new OwnCodeError(`the phase ${name} dropped a row for "${reason}", where lower-case letters, digits and hyphens were expected`);
    },
  };
  let value: unknown;
  try {
    value = await phase.run({ example, systemMessage, phrases, messages, added }, tools);
  } catch (error) {
    if (waiting !== undefined) throw waiting;
    if (signal.aborted || error instanceof RowDropped || error instanceof ModelError || error instanceof OwnCodeError) throw error;
    throw ownCodeThrew(`the phase ${name}`, error);
  }
  if (waiting !== undefined) throw waiting;
  const text = jsonOf(value, name);
  return text === undefined ? row : { ...row, added: { ...added, [name]: JSON.parse(text) } };
}

function jsonOf(value: unknown, name: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw ownCodeThrew(`the phase ${name} gave back what is no JSON, which`, error);
  }
}
