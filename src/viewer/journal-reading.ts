import type { CallJournal } from "../runs/journal/journal.ts";
import { Scan } from "./scan.ts";

/** Bytes that one step reads, which takes about 10 ms. */
const bytesAtOnce = 2 << 20;

/** Reads the journal in pieces: all of it once, and then what is added. */
export class JournalReading extends Scan {
  readonly journal: CallJournal;
  #progress = 0;
  #isRead = false;

  constructor(journal: CallJournal) {
    super();
    this.journal = journal;
  }

  get progress(): number {
    return this.#progress;
  }

  /** Whether the journal was read to its end once. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Has the next step look for lines that were added. */
  again(): void {
    this.#progress = Math.min(this.#progress, 0.999);
  }

  protected step(): boolean {
    this.#progress = this.journal.catchUp(bytesAtOnce);
    this.#isRead ||= this.#progress >= 1;
    return this.#progress < 1;
  }
}
