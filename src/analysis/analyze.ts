import { setImmediate } from "node:timers/promises";
import { UsageError } from "../errors.ts";
import { rounded } from "../statistics/rounded.ts";
import { mix } from "../statistics/mix.ts";
import { notChecked } from "../records/answers.ts";
import { keepsOriginal } from "../records/response-origin.ts";
import { openRun } from "../runs/open-run.ts";
import { phaseOrder } from "../runs/phase-order.ts";
import type { Store } from "../runs/store.ts";
import { runTags } from "../runs/manifest.ts";
import { runFigures } from "../runs/run-figures.ts";
import { packageVersion } from "../platform/version.ts";
import { compare, type ComparisonCounts, type CountedMetric } from "./comparison.ts";
import { longestCopied } from "./diversity/copied-span.ts";
import { ExampleChoice } from "./examples.ts";
import { inOrder } from "./message-figures.ts";
import { leftOut } from "./left-out.ts";
import { metrics } from "./metrics/index.ts";
import { TextPairs } from "./metrics/text-pair.ts";
import { MessageClusters } from "./near-duplicate-figures.ts";
import { notesOn } from "./notes.ts";
import { checkMetrics, figureOf, scoreWith, type OwnMetric } from "./own-metric.ts";
import { reportVersion, type Report } from "./report.ts";
import { readRunFacts } from "./run-facts.ts";
import { readRunRow, type DoneRow, type RunRow } from "./run-row.ts";
import { GroupCounts, SectionCounts, type SectionOptions, tagsOf, type MeasuredMessage, type SectionNames } from "./section.ts";
import { cosine, type Embedder } from "./similarity/embedder.ts";
import { openEmbedder } from "./similarity/open-embedder.ts";
import { Sources } from "./sources.ts";
import { Resamples } from "../statistics/bootstrap.ts";
import { openTokenLengths } from "./token-lengths.ts";
import { messageWords } from "./message-words.ts";
import { wordHashes } from "../texts/word-hashes.ts";

export interface AnalyzeOptions {
  /** A run directory. Another process may be at work in it. */
  readonly run: string;
  /** Seed of the bootstrap and of the rows whose tokens are counted. Default 1. */
  readonly seed?: number | undefined;
  /**
   * The column that says where a row comes from. Default is the input's files, if there are
   * several, or else the first of `source`, `dataset`, `category` and the like that the rows have.
   */
  readonly sourceColumn?: string | undefined;
  /**
   * The embedder of A and A', whose cosine is added to the metrics. `use-lite`, or the path of a
   * GGUF file. Default is none.
   */
  readonly similarity?: string | undefined;
  /** Metrics of the user's own, beside those of the program. */
  readonly metrics?: readonly OwnMetric[] | undefined;
  /** Called now and then with the rows that were read and those that there are. */
  readonly onProgress?: (rows: number, of: number) => void;
}

const bootstrapDraws = 1_000;
/** Responses beyond this turn are counted together with those of this turn. */
const mostTurns = 8;
/** The first rows decide what their sources are. */
const sampledRows = 100;
/**
 * Tokens are counted for about this many rows. A tokenizer takes longer than all metrics together.
 */
const tokenizedRows = 1_000;
/** Embedding a text takes some hundred times as long as its other metrics. */
const embeddedRows = 500;
/**
 * Of longer texts only the beginning is compared. A table of the n-grams of a few million
 * characters would take gigabytes.
 */
const comparedCharacters = 200_000;
/** Rows between two turns of the event loop. */
const rowsAtOnce = 256;
const everyOutcome = ["done", "dropped", "failed"] as const;

/**
 * Works out the figures of a run in one pass over its rows. Nothing in the run directory is
 * changed. Memory does not grow with the rows, apart from about 520 bytes a row by which
 * near-duplicates are found.
 * @throws UsageError when the folder holds no run, the run has no result yet, or a metric of the
 * user's own throws.
 */
export async function analyzeRun({
  run: folder,
  seed = 1,
  sourceColumn,
  similarity,
  metrics: own = [],
  onProgress,
}: AnalyzeOptions): Promise<Report> {
  checkMetrics(own);
  const opened = await openRun(folder, "read");
  const { store } = opened;
  try {
    const { run, format, lastTurnOnly, demonstrations } = await readRunFacts(opened);
    const counts = store.results.count();
    const all = counts.reduce((sum, { rows }) => sum + rows, 0);
    if (all === 0) throw new UsageError(`No row of ${folder} has a result yet. Run it first, or wait for its first rows.`);
    const done = counts.reduce((sum, { outcome, rows }) => sum + (outcome === "done" ? rows : 0), 0);
    const { names: tags } = runTags(opened.manifest);
    const sources = new Sources(firstRows(store), sourceColumn);
    const tokens = await openTokenLengths(run.model);
    await using embedder = similarity === undefined ? undefined : await openEmbedder(similarity);
    const counted = new RunCounts({
      draws: new Resamples(seed, bootstrapDraws),
      expected: done,
      demonstrations,
      tags,
      sources,
      lastTurnOnly,
      own,
      examples: new ExampleChoice(format),
    });
    let rows = 0;
    for (const { position, body } of store.results.lines(everyOutcome)) {
      const row = readRunRow(body);
      // Rows that are embedded are among those that are tokenized.
      const draw = (mix(position ^ mix(seed)) >>> 0) / 2 ** 32;
      const cosines = embedder && draw < embeddedRows / done ? await cosinesOf(row, embedder) : undefined;
      counted.add(row, position, { tokensOf: draw < tokenizedRows / done ? tokens?.lengths : undefined, cosines });
      if (++rows % rowsAtOnce !== 0) continue;
      onProgress?.(rows, Math.max(all, rows));
      await setImmediate();
    }
    const { keptBy, tagShares = [], hints } = runFigures(opened);
    const names = { tokenizer: tokens?.name ?? null, similarity: embedder?.name ?? null, phases: phaseOrder(opened.manifest) };
    const figures = counted.figures(names, (position) => systemMessageAt(store, position));
    const report = {
      version: reportVersion,
      madeAt: new Date().toISOString(),
      sysgenVersion: packageVersion(),
      run,
      seed,
      bootstrapDraws,
      sourceFrom: sources.from,
      calibration: opened.manifest.calibration ?? null,
      hints: hints.slice(),
      keptBy: inOrder(new Map(Object.entries(keptBy))),
      tagShares: tagShares.map((of) => ({ ...of, share: rounded(of.share) })),
      ...figures,
    } as const;
    return {
      ...report,
      notes: notesOn(report, {
        tokenizedRows: done > tokenizedRows ? tokenizedRows : undefined,
        embeddedRows: embedder && done > embeddedRows ? embeddedRows : undefined,
      }),
    };
  } finally {
    await opened.close();
  }
}

/** What is not worked out for every row. */
interface More {
  readonly tokensOf: ((text: string) => number) | undefined;
  /** By turn. */
  readonly cosines: readonly number[] | undefined;
}

async function cosinesOf(row: RunRow, embedder: Embedder): Promise<number[]> {
  const cosines: number[] = [];
  for (const { original, response } of row.outcome === "done" ? row.turns : [])
    cosines.push(cosine(await embedder.embed(original), await embedder.embed(response)));
  return cosines;
}

function firstRows(store: Store): RunRow[] {
  const rows: RunRow[] = [];
  for (const { body } of store.results.lines(everyOutcome)) if (rows.push(readRunRow(body)) >= sampledRows) break;
  return rows;
}

function systemMessageAt(store: Store, position: number): string | undefined {
  const line = store.results.line(position);
  const row = line === undefined ? undefined : readRunRow(line);
  return row?.outcome === "done" ? row.systemMessage : undefined;
}

interface CountingOptions extends SectionOptions {
  readonly draws: Resamples;
  readonly sources: Sources;
  readonly lastTurnOnly: boolean;
  readonly own: readonly OwnMetric[];
  readonly examples: ExampleChoice;
}

/** Everything that is counted while the rows go by. */
class RunCounts {
  readonly #options: CountingOptions;
  readonly #overall: SectionCounts;
  readonly #bySource = new Map<string, { rows: number; counts: SectionCounts }>();
  readonly #byTag: Map<string, GroupCounts>;
  readonly #byTurn: GroupCounts[] = [];
  readonly #clusters = new MessageClusters();
  readonly #pairs = new TextPairs();
  readonly #rougeL = metrics.findIndex(({ metric, tokenizer }) => metric === "rougeL" && tokenizer === "unicode");
  readonly #own: readonly CountedMetric[];
  #moreTurns = false;

  constructor(options: CountingOptions) {
    this.#options = options;
    this.#own = options.own.map(figureOf);
    this.#overall = this.#newSection();
    this.#byTag = new Map(options.tags.map((tag) => [tag, this.#newGroup()]));
  }

  add(row: RunRow, position: number, more: More): void {
    const { sources, examples } = this.#options;
    const source = sources.of(row);
    const sections = [this.#overall, ...(source === undefined ? [] : [this.#sectionOf(source)])];
    const message = row.outcome === "done" ? measure(row) : undefined;
    for (const section of sections) section.add(row, message);
    if (row.outcome !== "done") {
      examples.addRejected(row, source);
      return;
    }
    this.#clusters.add(row.systemMessage, position);
    const groups = [...tagsOf(row)].map((tag) => this.#ofTag(tag));
    for (const group of groups) {
      group.bootstrap.nextRow();
      group.phrases.add(row.phrases.length);
    }
    const comparisons = [...sections, ...groups].map(({ comparison }) => comparison);
    for (const comparison of comparisons) comparison.addRow();
    const found = this.#addTurns(row, comparisons, more);
    const { overlap, length } = found;
    examples.addDone(
      row,
      { kept: keptShare(row), clean: cleanness(row), length, overlap: Math.min(1, 2 * (overlap ?? 0)) },
      overlap,
      source,
    );
  }

  figures(names: SectionNames, textAt: (position: number) => string | undefined) {
    return {
      overall: this.#overall.figures(names, this.#clusters.figures(textAt)),
      bySource: [...this.#bySource]
        .toSorted(([, a], [, b]) => b.rows - a.rows)
        .map(([source, { counts }]) => ({ source, ...counts.figures(names) })),
      byTag: [...this.#byTag].map(([tag, { bootstrap, phrases, comparison }]) => ({
        tag,
        rows: bootstrap.rows,
        phrasesPerRow: phrases.summary(),
        responses: comparison.figures(names),
      })),
      byTurn: this.#byTurn.map(({ comparison }, index) => ({
        turn: index + 1,
        andLater: index === mostTurns - 1 && this.#moreTurns,
        responses: comparison.figures(names),
      })),
      examples: this.#options.examples.examples(),
    };
  }

  #newSection(): SectionCounts {
    return new SectionCounts(this.#options.draws, this.#options, this.#own);
  }

  #newGroup(): GroupCounts {
    return new GroupCounts(this.#options.draws, this.#own);
  }

  #ofTag(tag: string): GroupCounts {
    const known = this.#byTag.get(tag) ?? this.#newGroup();
    this.#byTag.set(tag, known);
    return known;
  }

  #sectionOf(source: string): SectionCounts {
    const known = this.#bySource.get(source) ?? { rows: 0, counts: this.#newSection() };
    known.rows++;
    this.#bySource.set(source, known);
    return known.counts;
  }

  #addTurns(row: DoneRow, comparisons: readonly ComparisonCounts[], { tokensOf, cosines }: More) {
    let overlap = 0;
    let length = 0;
    let compared = 0;
    row.turns.forEach(({ original, response }, turn) => {
      const all = [...comparisons, this.#turnOf(turn).comparison];
      const why = leftOut(row, turn, { lastTurnOnly: this.#options.lastTurnOnly, turns: row.turns.length });
      if (why !== undefined) {
        for (const comparison of all) comparison.leaveOut(why);
        return;
      }
      const [before, after] = [beginning(original), beginning(response)];
      const tokens = tokensOf ? ([tokensOf(before), tokensOf(after)] as const) : undefined;
      const ownScores = this.#options.own.map((metric) => scoreWith(metric, original, response, row));
      const found = compare(before, after, this.#pairs.pair(before, after), { tokens, similarity: cosines?.[turn], ownScores });
      for (const comparison of all) comparison.add(found);
      overlap += found.scores[this.#rougeL] ?? 0;
      length += closeness(original.length, response.length);
      compared++;
    });
    return compared === 0 ? { overlap: null, length: 1 } : { overlap: overlap / compared, length: length / compared };
  }

  #turnOf(turn: number): GroupCounts {
    const index = Math.min(turn, mostTurns - 1);
    if (turn >= mostTurns) this.#moreTurns = true;
    const group = (this.#byTurn[index] ??= this.#newGroup());
    if (turn === index) {
      group.bootstrap.nextRow();
      group.comparison.addRow();
    }
    return group;
  }
}

function measure({ systemMessage, phrases, turns, instructions }: DoneRow): MeasuredMessage {
  const words = messageWords(systemMessage, phrases);
  const originals = turns.map(({ original }) => wordHashes(beginning(original)));
  return { words, copied: longestCopied(words.message, originals, () => instructions.map((text) => wordHashes(beginning(text)))) };
}

function beginning(text: string): string {
  return text.length > comparedCharacters ? text.slice(0, comparedCharacters).toWellFormed() : text;
}

function keptShare({ phrases, removed }: DoneRow): number {
  return phrases.length / (phrases.length + removed.length);
}

function cleanness({ gates }: DoneRow): number {
  if (gates.some(keepsOriginal)) return 0;
  return gates.some(({ action }) => action !== notChecked) ? 0.5 : 1;
}

/** 1 up to a factor of two, then what of the factor is missing. */
function closeness(original: number, response: number): number {
  const [less, more] = [Math.min(original, response), Math.max(original, response)];
  return more === 0 ? 1 : Math.min(1, (2 * less) / more);
}
