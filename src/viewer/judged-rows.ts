import { existsSync, statSync } from "node:fs";
import { pairOf, phrasesOf, rowVerdictsSchema, type JudgedRow, type RowVerdicts } from "../evaluation/judge/row-verdicts.ts";
import type { JudgeMode } from "../evaluation/judge/pair-question.ts";
import { readLines } from "../platform/read-lines.ts";
import type { RunFiles } from "../runs/run-files.ts";
import { valueIn } from "../runs/journal/checked-line.ts";
import { facetOf } from "./facets.ts";
import { judgeFilters, type JudgeFilter, type RowFilter } from "./row-filter.ts";
import type { ResultIndex } from "./result-index.ts";
import type { RowIds } from "./row-ids.ts";
import { nextTurn } from "./scan.ts";
import type { Facet } from "./wire-shapes.ts";

/** Lines that are read before others have their turn, which takes a few milliseconds. */
const linesAtOnce = 200;

type Names = Readonly<Record<JudgeFilter, readonly string[]>>;

/** A row's line in a file of verdicts. */
interface JudgedLine {
  readonly at: number;
  readonly names: Names;
}

interface VerdictFile {
  readonly mode: JudgeMode;
  readonly path: string;
  stamp: string;
  lines: Map<string, JudgedLine>;
}

/**
 * What `sysgen judge` said of a run's rows. Verdicts stay on disk, and what they come to is held.
 */
export class JudgedRows {
  readonly #files: readonly VerdictFile[];
  readonly #index: ResultIndex;
  readonly #ids: RowIds;
  #version = 0;
  #reading: Promise<void> | undefined;
  #located: { readonly key: string; readonly bySlot: Map<number, Names[]> } | undefined;

  constructor({ judgeRows, judgeHiddenRows }: RunFiles, index: ResultIndex, ids: RowIds) {
    const file = (mode: JudgeMode, path: string): VerdictFile => ({ mode, path, stamp: "", lines: new Map() });
    this.#files = [file("system-shown", judgeRows), file("system-hidden", judgeHiddenRows)];
    this.#index = index;
    this.#ids = ids;
  }

  /** Counts up with every judging. */
  get version(): number {
    return this.#version;
  }

  /** Begins to read what was judged since, and does not wait for it. */
  refresh(): void {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    // Whoever waits for the reading hears of its failure.
    this.#reading.catch(() => undefined);
  }

  /** Waits until all that was judged is read. */
  async read(): Promise<void> {
    await this.#reading;
  }

  /** Waits until all that was judged is read, and the rows are known by their ids. */
  async ready(): Promise<void> {
    await this.read();
    await this.#ids.readAll();
  }

  /** The verdicts on a row, those of the judging with the system message shown first. */
  of(id: string): { readonly mode: JudgeMode; readonly verdicts: RowVerdicts }[] {
    return this.#files.flatMap(({ mode, path, lines }) => {
      const line = lines.get(id);
      if (line === undefined || !existsSync(path)) return [];
      for (const { bytes } of readLines(path, line.at)) {
        const verdicts = verdictsIn(bytes);
        return verdicts?.id === id ? [{ mode, verdicts }] : [];
      }
      return [];
    });
  }

  facets(): Record<JudgeFilter, Facet> {
    const facet = (filter: JudgeFilter): Facet => {
      const counts = new Map<string, number>();
      for (const { lines } of this.#files)
        for (const { names } of lines.values()) for (const name of names[filter]) counts.set(name, (counts.get(name) ?? 0) + 1);
      return facetOf(counts);
    };
    return { judged: facet("judged"), obedience: facet("obedience") };
  }

  /** A test whether the verdicts on the row in a slot pass a filter. Undefined if it has none. */
  slots({ judge }: RowFilter): ((slot: number) => boolean) | undefined {
    const asked = judgeFilters.flatMap((filter) => (judge[filter] === undefined ? [] : [{ filter, values: judge[filter] }]));
    if (asked.length === 0) return undefined;
    const bySlot = this.#locate();
    return (slot) => {
      const names = bySlot.get(slot) ?? [];
      return asked.every(({ filter, values }) => names.some((of) => values.some((value) => of[filter].includes(value))));
    };
  }

  #locate(): Map<number, Names[]> {
    const key = `${this.#version} ${this.#index.version}`;
    if (this.#located?.key === key) return this.#located.bySlot;
    const bySlot = new Map<number, Names[]>();
    for (const { lines } of this.#files) {
      for (const [id, { names }] of lines) {
        const slot = this.#ids.slotOf(id, -1);
        if (slot !== undefined) bySlot.set(slot, [...(bySlot.get(slot) ?? []), names]);
      }
    }
    this.#located = { key, bySlot };
    return bySlot;
  }

  async #read(): Promise<void> {
    for (const file of this.#files) {
      const { size, mtimeMs } = statSync(file.path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
      const stamp = `${size}:${mtimeMs}`;
      if (stamp === file.stamp) continue;
      const lines = new Map<string, JudgedLine>();
      let read = 0;
      if (size > 0) {
        for (const { bytes, at } of readLines(file.path)) {
          const verdicts = verdictsIn(bytes);
          if (verdicts !== undefined) lines.set(verdicts.id, { at, names: namesOf(verdicts, file.mode) });
          if (++read % linesAtOnce === 0) await nextTurn();
        }
      }
      file.stamp = stamp;
      file.lines = lines;
      this.#version++;
    }
  }
}

/** Undefined for a line that was damaged, or that another version wrote otherwise. */
function verdictsIn(line: Buffer): RowVerdicts | undefined {
  return rowVerdictsSchema.safeParse(valueIn(line)).data;
}

/** What the new response did against the original, in words. */
export function pairWords(judged: JudgedRow): string | undefined {
  const pair = pairOf(judged);
  if (pair === undefined) return judged.pair === null ? undefined : "not answered";
  if (pair.agreement === "identical") return "same text";
  return { new: "won", original: "lost", tie: "tied", unparsed: "no verdict" }[pair.verdict];
}

function namesOf({ judges }: RowVerdicts, mode: JudgeMode): Names {
  const hidden = mode === "system-hidden" ? ", system message hidden" : "";
  const judged = judges.flatMap((each) => pairWords(each) ?? []).map((words) => `${words}${hidden}`);
  const obedience = judges.flatMap((each) => {
    const applicable = (phrasesOf(each) ?? []).filter(({ verdict }) => verdict === "obeyed" || verdict === "violated");
    const violated = applicable.filter(({ verdict }) => verdict === "violated");
    if (applicable.length === 0) return [];
    return violated.length === 0 ? ["obeyed all"] : ["disobeyed", ...violated.map(({ tag }) => `disobeyed ${tag}`)];
  });
  return { judged: [...new Set(judged)], obedience: [...new Set(obedience)] };
}
