import type { CallJournal } from "../runs/journal/journal.ts";
import { Scan } from "./scan.ts";

/** Some 10 ms. */
const bytesAtOnce = 2 << 20;

/** Going through the journal once, and through what is added to it, in pieces. */
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

  /** It was gone through once. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Looks whether there is more. */
  again(): void {
    this.#progress = Math.min(this.#progress, 0.999);
  }

  protected step(): boolean {
    this.#progress = this.journal.catchUp(bytesAtOnce);
    this.#isRead ||= this.#progress >= 1;
    return this.#progress < 1;
  }
}
