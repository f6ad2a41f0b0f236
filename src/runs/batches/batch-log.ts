import { existsSync } from "node:fs";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import { readLines } from "../../platform/read-lines.ts";
import { AppendLog, type AppendLogOptions } from "../journal/append-log.ts";
import { isIntact, valueIn } from "../journal/checked-line.ts";

const spending = z.object({ calls: z.number(), tokens: z.number(), cost: z.number() });
const billed = z.object({ calls: z.number(), inputTokens: z.number(), outputTokens: z.number() });
/** Calls of a batch that its provider has billed, with their tokens. */
export type BilledCalls = Readonly<z.infer<typeof billed>>;
/** A file of requests is on disk. Nothing was sent. */
const begun = z.object({
  step: z.literal("wave"),
  batch: z.number(),
  /** Waves are counted from 1 for `run` and `judge` apart. */
  wave: z.number(),
  session: z.enum(["run", "judge"]),
  model: z.string(),
  /** Host, port and path of the server. Undefined for a file that no server gets. */
  server: z.string().optional(),
  /** Its base URL, without user, password and query. */
  url: z.string().optional(),
  /** The environment variable that its key is from. */
  apiKeyEnv: z.string().optional(),
  requests: z.number(),
  bytes: z.number(),
  /** SHA-256 of the file. */
  digest: z.string(),
  /** What the requests can use at most. */
  reserved: spending,
  /** The dialect of the requests, as JSON. */
  spoken: z.string(),
  at: z.string(),
});
const step = z.discriminatedUnion("step", [
  begun,
  z.object({
    step: z.literal("uploaded"),
    batch: z.number(),
    file: z.string(),
    wire: z.unknown().optional(),
    /**
     * When the beginning of a batch over the file was asked for. Null while it has not begun for
     * sure. Undefined where an older version wrote the line, and then it may have begun.
     */
    askedAt: z.string().nullish(),
  }),
  z.object({ step: z.literal("created"), batch: z.number(), id: z.string(), createdAt: z.string() }),
  z.object({
    step: z.literal("ended"),
    batch: z.number(),
    state: z.string(),
    completed: z.number(),
    failed: z.number(),
    /** Calls that the server says it has done. Their replies need not have come. */
    done: z.number().optional(),
    said: z.string().optional(),
  }),
  z.object({
    step: z.literal("taken"),
    batch: z.number(),
    /** Addresses whose lines failed in a way that is worth another try. */
    again: z.array(z.string()).readonly(),
    /** What was billed and is not in the journal as a reply of this batch. */
    besides: billed.optional(),
  }),
]);
/** What was done with a batch. */
export type BatchStep = z.infer<typeof step>;
/** How a batch ended. */
export type BatchEnd = Omit<Extract<BatchStep, { step: "ended" }>, "step" | "batch">;

type Uploaded = { readonly file: string; readonly wire?: unknown; readonly askedAt?: string | null | undefined };
type Created = { readonly id: string; readonly createdAt: string };
type Ended = Readonly<BatchEnd>;
type Taken = { readonly besides?: BilledCalls | undefined };

/** A batch, by all that was done with it. */
export interface BatchRecord extends Omit<z.infer<typeof begun>, "step">, Partial<Uploaded & Created & Ended & Taken> {
  readonly step: BatchStep["step"];
}

/**
 * The batches of a run directory, in a file of lines that only grows. A line is on disk before the
 * next step is made, so that a process that was killed goes on where it was, and no batch is begun
 * twice.
 */
export class BatchLog {
  readonly #path: string;
  readonly #options: AppendLogOptions;
  readonly #batches = new Map<number, BatchRecord>();
  readonly #again = new Map<string, number>();
  #log: AppendLog | undefined;

  /** @throws SysGenError when the file is damaged before its end. */
  constructor(path: string, options: AppendLogOptions = {}) {
    this.#path = path;
    this.#options = options;
    const torn = this.#read();
    if (torn !== undefined && options.readOnly !== true) this.#open().truncate(torn);
  }

  /** All batches, in the order in which they were begun. */
  get all(): readonly BatchRecord[] {
    return [...this.#batches.values()];
  }

  /** How often the line of a call failed in a way that is worth another try. */
  failures(address: string): number {
    return this.#again.get(address) ?? 0;
  }

  /** Resolves when the step is on disk. */
  async note(done: BatchStep): Promise<BatchRecord> {
    await this.#open().append(done).durable;
    return this.#take(done);
  }

  /** To be called once all steps are on disk. */
  close(): void {
    this.#log?.close();
  }

  #open(): AppendLog {
    return (this.#log ??= new AppendLog(this.#path, this.#options));
  }

  /** @returns The byte where an unfinished line begins, if there is one. */
  #read(): number | undefined {
    if (!existsSync(this.#path)) return undefined;
    let torn: number | undefined;
    for (const { bytes, at, isWhole } of readLines(this.#path)) {
      if (torn !== undefined) throw this.#damaged(torn);
      const done = isWhole && isIntact(bytes) ? step.safeParse(valueIn(bytes)).data : undefined;
      if (done === undefined) torn = at;
      else this.#take(done);
    }
    return torn;
  }

  #take(done: BatchStep): BatchRecord {
    const record = done.step === "wave" ? done : { ...this.#known(done.batch), ...done };
    if (done.step === "taken") for (const address of done.again) this.#again.set(address, this.failures(address) + 1);
    this.#batches.set(done.batch, record);
    return record;
  }

  #known(batch: number): BatchRecord {
    const known = this.#batches.get(batch);
    if (known === undefined) throw this.#damaged(0);
    return known;
  }

  #damaged(at: number): SysGenError {
    return new SysGenError(
      `${this.#path} is damaged at byte ${at} (a line that is not as it was written). It says which batches are open and paid for: restore it from a copy.`,
    );
  }
}
