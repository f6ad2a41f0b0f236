import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { explainReadError } from "../platform/disk-errors.ts";
import { CallJournal } from "../runs/journal/journal.ts";
import { findRun } from "../runs/open-run.ts";
import { RowMarks } from "../runs/row-marks.ts";
import { Retries } from "../runs/retries.ts";
import type { RunFiles } from "../runs/run-files.ts";
import { reportFileNames } from "../analysis/report.ts";
import { JournalReading } from "./journal-reading.ts";
import { JudgedRows } from "./judged-rows.ts";
import { MarkedRows } from "./marked-rows.ts";
import { ResultIndex } from "./result-index.ts";
import { RowIds } from "./row-ids.ts";
import { RunProgress } from "./run-progress.ts";
import { runSettings, type RunSettings } from "./run-settings.ts";

/** A run directory that is looked at, beside the process that may be at work in it. */
export class ViewedRun implements Disposable {
  readonly name: string;
  readonly index: ResultIndex;
  readonly ids: RowIds;
  readonly marks: MarkedRows;
  readonly judged: JudgedRows;
  readonly progress: RunProgress;
  readonly folder: string;
  readonly #files: RunFiles;
  #reading: JournalReading | undefined;
  #retries: Retries | undefined;

  private constructor(folder: string, files: RunFiles, progress: RunProgress) {
    this.name = basename(resolve(folder));
    this.folder = folder;
    this.#files = files;
    this.index = new ResultIndex(files);
    this.ids = new RowIds(this.index);
    this.marks = new MarkedRows(new RowMarks(files.marks), this.index, this.ids);
    this.judged = new JudgedRows(files, this.index, this.ids);
    this.progress = progress;
  }

  /**
   * @throws UsageError when the folder holds no run.
   * @throws SysGenError when a file of the run is damaged or cannot be read.
   */
  static async open(folder: string): Promise<ViewedRun> {
    const { files, manifest } = await findRun(folder);
    try {
      return new ViewedRun(folder, files, new RunProgress(files, manifest));
    } catch (error) {
      throw explainReadError(files.index, error);
    }
  }

  /** Takes in what has changed on disk. */
  async refresh(): Promise<void> {
    this.index.refresh();
    this.marks.refresh();
    this.judged.refresh();
    await this.progress.refresh(this.index.version, this.index.slots.count);
  }

  get settings(): RunSettings {
    return runSettings(this.folder, this.progress.manifest);
  }

  /** Path of the report that `sysgen analyze` wrote. Undefined where it wrote none. */
  get report(): string | undefined {
    const path = join(this.folder, reportFileNames.json);
    return existsSync(path) ? path : undefined;
  }

  /** The journal, as far as it is read. Undefined where there is none. */
  get journal(): CallJournal | undefined {
    if (this.#reading === undefined && existsSync(this.#files.journal))
      this.#reading = new JournalReading(new CallJournal(this.#files.journal, { readOnly: true, leastBytes: 0, lazily: true }));
    return this.#reading?.journal;
  }

  /** Whether the journal was read to its end once, so that its calls are counted. */
  get areCallsCounted(): boolean {
    return this.#reading?.isRead ?? !existsSync(this.#files.journal);
  }

  /** Has the journal read on in the background. */
  readJournalOn(): void {
    if (this.journal === undefined) return;
    this.#reading?.again();
    void this.#reading?.workFor(0).catch(() => undefined);
  }

  /** The journal, read to its end. @throws SysGenError when it is damaged. */
  async wholeJournal(): Promise<CallJournal | undefined> {
    const { journal } = this;
    this.#reading?.again();
    // A search may stop the reading meanwhile.
    while ((this.#reading?.progress ?? 1) < 1) await this.#reading?.workFor(Infinity);
    return journal;
  }

  /**
   * Stops reading the journal, so that the machine does work that a person waits for.
   * `readJournalOn` continues.
   */
  restJournal(): void {
    this.#reading?.stop();
  }

  /** How often each phase of a row was asked anew. */
  rounds(digest: string): (phase: string) => number {
    this.#retries ??= new Retries(this.#files.retries, { readOnly: true });
    this.#retries.refresh();
    const ofRow = this.#retries.rounds(digest);
    return (phase) => (this.progress.manifest.rounds[phase] ?? 0) + ofRow(phase);
  }

  [Symbol.dispose](): void {
    this.#reading?.stop();
    this.#reading?.journal.close();
    this.index.close();
  }
}
