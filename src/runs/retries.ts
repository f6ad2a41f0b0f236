import { existsSync } from "node:fs";
import { z } from "zod";
import { SysGenError } from "../errors.ts";
import { AppendLog, type AppendLogOptions } from "./journal/append-log.ts";
import { intactIn, isIntact, valueIn } from "./journal/checked-line.ts";
import { readLines } from "../platform/read-lines.ts";

/** A line of retries.jsonl. */
const retriedRowSchema = z.object({
  /** Hash of the row's text. */
  digest: z.string(),
  phase: z.string(),
  /** How often it was tried anew from this phase. */
  rounds: z.number(),
  /** The session of `--retry` that last tried it anew. */
  session: z.number(),
});
type RetriedRow = z.infer<typeof retriedRowSchema>;

/**
 * How often single rows were tried anew (`--retry`), by the hash of the row's text. The count is
 * part of the address of the row's calls. So a row that is tried anew is asked anew, and a run that
 * is repeated finds the replies of the last try. Without the count those replies would be paid
 * again, so it is kept like the journal: in a file of lines that only grows. The last line about a
 * row and a phase counts.
 */
export class Retries {
  readonly #path: string;
  readonly #mayWrite: (() => void) | undefined;
  readonly #tries = new Map<string, RetriedRow[]>();
  #log: AppendLog | undefined;
  /** The byte up to which the file was read. */
  #taken = 0;
  #lastSession = 0;

  /**
   * Reads the file, if there is one. A last line that a crash left unfinished is cut off, and with
   * `readOnly` passed over.
   * @throws SysGenError when the file is damaged before its end.
   */
  constructor(path: string, { readOnly = false, mayWrite }: AppendLogOptions = {}) {
    this.#path = path;
    this.#mayWrite = mayWrite;
    const torn = this.#read();
    if (torn !== undefined && !readOnly) this.#open().truncate(torn);
  }

  /** The last session of `--retry` that the file knows. 0 for none. */
  get lastSession(): number {
    return this.#lastSession;
  }

  /**
   * How often a row was tried anew in each phase.
   * @param digest The digest of the row's text, or of its result.
   */
  rounds(digest: string): (phase: string) => number {
    const tries = this.#of(textDigest(digest));
    return (phase) => tries.find((row) => row.phase === phase)?.rounds ?? 0;
  }

  /**
   * The digest of the result of a row, which changes with each try. It is the digest of the row's
   * text, followed by `.<tries>` once there was a try.
   */
  resultDigest(digest: string): string {
    const tries = this.#of(digest).reduce((sum, { rounds }) => sum + rounds, 0);
    return tries === 0 ? digest : `${digest}.${tries}`;
  }

  /** Whether the digest of a result is that of the row's last try. */
  isLastTry(digest: string): boolean {
    return this.resultDigest(textDigest(digest)) === digest;
  }

  /**
   * Notes that a row is tried anew from a phase on, and resolves when the note is on disk.
   * @returns False when the row was tried anew in this session before, which may have been broken
   * off.
   */
  async add(digest: string, phase: string, session: number): Promise<boolean> {
    if (this.#of(digest).some((row) => row.session >= session)) return false;
    const row = { digest, phase, rounds: this.rounds(digest)(phase) + 1, session };
    await this.#open().append(row).durable;
    this.#take(row);
    return true;
  }

  /**
   * Takes over the tries of another file that this one does not know. Each line is checked by its
   * own sum. A last line that is unfinished is left out, since its writer may be at work.
   * @returns How many lines are not as they were written. They were left out.
   */
  async join(path: string): Promise<number> {
    if (!existsSync(path)) return 0;
    let damaged = 0;
    let isJoined = false;
    for (const { bytes, isWhole } of readLines(path)) {
      if (!isWhole) continue;
      const found = intactIn(bytes).flatMap(({ line }) => retriedRowSchema.safeParse(valueIn(line)).data ?? []);
      if (found.length === 0) damaged++;
      for (const row of found) {
        if (this.rounds(row.digest)(row.phase) >= row.rounds) continue;
        void this.#open().append(row);
        this.#take(row);
        isJoined = true;
      }
    }
    if (isJoined) await this.#open().settled();
    return damaged;
  }

  /** Reads on, beside the process that writes. */
  refresh(): void {
    this.#read();
  }

  /** To be called once all notes are on disk. */
  close(): void {
    this.#log?.close();
  }

  /** Made at the first note, so that only a run that tries rows anew has the file. */
  #open(): AppendLog {
    return (this.#log ??= new AppendLog(this.#path, { mayWrite: this.#mayWrite }));
  }

  #of(digest: string): readonly RetriedRow[] {
    return this.#tries.get(digest) ?? [];
  }

  #take(row: RetriedRow): void {
    this.#tries.set(row.digest, [...this.#of(row.digest).filter(({ phase }) => phase !== row.phase), row]);
    this.#lastSession = Math.max(this.#lastSession, row.session);
  }

  /**
   * Takes in the lines that are new.
   * @returns The byte where an unfinished line begins, if there is one.
   */
  #read(): number | undefined {
    if (!existsSync(this.#path)) return undefined;
    let torn: number | undefined;
    for (const { bytes, at, isWhole } of readLines(this.#path, this.#taken)) {
      const value = isWhole ? valueIn(bytes) : undefined;
      if (value === undefined) {
        torn ??= at;
        continue;
      }
      if (torn !== undefined) throw this.#damaged(torn, "a line that is no retried row");
      const { data: row } = retriedRowSchema.safeParse(value);
      if (row === undefined || !isIntact(bytes)) throw this.#damaged(at, "a line that is not as it was written");
      this.#take(row);
      this.#taken = at + bytes.length + 1;
    }
    return torn;
  }

  #damaged(at: number, why: string): SysGenError {
    return new SysGenError(
      `${this.#path} is damaged at byte ${at} (${why}). It says which paid replies are of rows that were tried anew: restore it from a copy.`,
    );
  }
}

const textDigest = (digest: string): string => digest.split(".", 1)[0] ?? digest;
