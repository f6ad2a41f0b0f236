import { UsageError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { RunObserver, RunOptions } from "../../execution/observer.ts";
import { addUsage, noUsage, type Usage } from "../../records/usage.ts";
import { prepareSession, type Session } from "../../execution/open-session.ts";
import { inLanes } from "../../execution/lanes.ts";
import { runTags, textSetting } from "../../runs/manifest.ts";
import { openRun } from "../../runs/open-run.ts";
import { runFiles } from "../../runs/run-files.ts";
import { writeAtomically } from "../../platform/write-atomically.ts";
import { RunStop } from "../../execution/run-stop.ts";
import type { JudgeConfig } from "./config.ts";
import { drawRows, type DrawnRows } from "./draw-rows.ts";
import { withForeignPhrases, type RowToJudge } from "./foreign-phrases.ts";
import { judgeRow } from "./judge-row.ts";
import { calibrated, calibrateObedience } from "./obedience-calibration.ts";
import { judgeProbe, judgePurposes } from "./purposes.ts";
import { resultOf, type JudgeSpending } from "./judge-result.ts";
import type { JudgeResult } from "./result.ts";
import { failuresOf, isAnswered, pairOf, phrasesOf, type JudgedRow, type RowVerdicts } from "./row-verdicts.ts";

export interface JudgeSummary extends JudgeResult {
  /** Rows that wait for a reply of a batch. Undefined if none does. */
  readonly waiting?: number;
  /** Time of this invocation. */
  readonly seconds: number;
  readonly files: { readonly result: string; readonly rows: string };
}

/**
 * Asks one or two models about a sample of a run's done rows (docs/judge.md). They say whether A or
 * A' is better, in both orders, and which phrases of the system message A' obeys. A draw of rows is
 * also asked about with another row's phrases, which calibrates each judge's line. Calls are in the
 * run's journal, so that the same command again pays nothing twice. Writes judge.json and
 * judge-rows.jsonl into the run directory. With the system message hidden, the files are
 * judge-hidden.json and judge-hidden-rows.jsonl.
 * @throws UsageError for bad configuration, when the folder holds no run with a done row, when
 * another process is at work in the folder, and when a server refuses every call.
 * @throws SysGenError when judging cannot go on.
 */
export async function judgeRun(config: JudgeConfig, options: RunOptions = {}): Promise<JudgeSummary> {
  const started = performance.now();
  using stop = new RunStop(options.signal);
  const choices = [config.judge, ...(config.secondJudge === undefined ? [] : [config.secondJudge])];
  const { concurrency, budget: limits, prices } = config;
  const prepared = await prepareSession({
    choices,
    probed: { choices, purpose: judgeProbe },
    purposes: judgePurposes,
    name: "judge",
    batch: config.batch,
    maxRetries: config.maxRetries,
    concurrency,
    limits,
    prices,
    stop,
    notesLoad: false,
    run: options,
  });
  const names = choices.map((choice) => prepared.identity(choice).name);
  if (names[0] === names[1]) throw new UsageError(`The second judge is the first one, ${names[0]}: name another model.`);
  await using held = await openRun(config.run, "add-calls");
  const { store, manifest } = held;
  const rows = drawRows(store, config);
  if (rows.drawn === 0) throw new UsageError(`No row of ${config.run} is done yet: there is nothing to judge.`);
  const generator = textSetting(manifest, "model") ?? "";
  const { names: tags } = runTags(manifest);
  if (names.includes(generator))
    options.observer?.onNotice?.(`${generator} judges its own responses: judges prefer their own. A model of another family is better.`);
  options.observer?.onStart?.({
    folder: config.run,
    model: generator,
    judgeModel: names.join(" and "),
    concurrency,
    format: textSetting(manifest, "format") ?? "",
    countRows: () => Promise.resolve(rows.drawn),
  });

  const session = await prepared.open(store);
  const judges = choices.map((choice): OpenedJudge => ({ model: session.model(choice), spent: { ...noUsage, calls: 0 } }));
  let asked: RowVerdicts[];
  try {
    asked = await judgeAll(rows, judges, { config, stop, session, observer: options.observer });
    await store.settled();
  } finally {
    await session.close();
  }
  const { state, why: stoppedBy, fatal } = stop;
  const calibrations = judges.map((_, place) => calibrateObedience(asked, place, tags));
  const verdicts = asked.map((row) => calibrated(row, calibrations));
  const result = resultOf({ config, generator, tags, rows, verdicts, judges, calibrations, state, stoppedBy });
  // What earlier judging found is not written over by one that learnt nothing.
  const hasLearnt = fatal === undefined || verdicts.some(({ judges }) => judges.some((judged) => pairOf(judged) ?? phrasesOf(judged)));
  const files = hasLearnt ? await write(config, result, verdicts, held.mayWrite) : filesOf(config);
  if (fatal)
    throw new UsageError(
      `Judging stopped: ${fatal.message}. What was paid is kept in ${config.run}: mend this and run the same command again.`,
      { cause: fatal },
    );
  return {
    ...result,
    ...(stop.waiting > 0 && { waiting: stop.waiting }),
    seconds: Math.round((performance.now() - started) / 100) / 10,
    files,
  };
}

interface OpenedJudge {
  readonly model: Model;
  /** So far. */
  spent: JudgeSpending;
}

interface JudgingOptions {
  readonly config: JudgeConfig;
  readonly stop: RunStop;
  readonly session: Session;
  readonly observer: RunObserver | undefined;
}

/** Rows whose responses are also asked about with another row's phrases. */
const calibrationRows = 24;

/** The rows that were begun, in input order. Phrases have their verdicts at even odds. */
async function judgeAll(rows: DrawnRows, judges: readonly OpenedJudge[], options: JudgingOptions): Promise<RowVerdicts[]> {
  const { config, stop, session, observer = {} } = options;
  const size = config.mode === "system-shown" ? calibrationRows : 0;
  const callFailed: Session["callFailed"] = (error, model) => session.callFailed(error, model);
  const verdicts: (RowVerdicts | undefined)[] = [];
  const waiting = new Set<number>();
  const judgeOne = async ({ subject, index, foreign }: RowToJudge): Promise<void> => {
    if (verdicts[index] !== undefined && !waiting.delete(index)) return;
    const judged: JudgedRow[] = [];
    const used = judges.map((): JudgeSpending => ({ ...noUsage, calls: 0 }));
    for (const [place, { model }] of judges.entries()) {
      const onUsage = (usage: Usage): void => {
        const before = used[place] ?? { ...noUsage, calls: 0 };
        used[place] = { ...addUsage(before, usage), calls: before.calls + 1 };
      };
      const onWaits = (): void => void waiting.add(index);
      judged.push(await judgeRow({ subject, foreign }, { ...config, model, stop, callFailed, onUsage, onWaits }));
    }
    const lengths = { original: subject.original.response.length, new: subject.new.response.length };
    verdicts[index] = { id: subject.id, lengths, origin: subject.origin, judges: judged };
    // A row that waits is judged again from its beginning, by the journal.
    if (waiting.has(index)) return stop.rowWaits();
    judges.forEach((judge, place) => {
      const { calls, ...usage } = used[place] ?? { ...noUsage, calls: 0 };
      judge.spent = { ...addUsage(judge.spent, usage), calls: judge.spent.calls + calls };
    });
    const failure = judged.flatMap(failuresOf)[0];
    if (failure) observer.onRow?.({ outcome: "failed", phase: failure.phase, id: subject.id, reason: failure.failed });
    else if (judged.every((each) => isAnswered(each, config.mode)))
      observer.onRow?.({ outcome: "done", phase: undefined, id: subject.id, reason: undefined });
  };
  await session.waves?.begin();
  do {
    stop.passBegins();
    await inLanes(withForeignPhrases(rows, { seed: config.seed, size }), session.lanes(), judgeOne);
  } while ((await session.waves?.next()) === true);
  return verdicts.filter((row) => row !== undefined);
}

function filesOf({ run, mode }: JudgeConfig): JudgeSummary["files"] {
  const { judge, judgeRows, judgeHidden, judgeHiddenRows } = runFiles(run);
  return mode === "system-shown" ? { result: judge, rows: judgeRows } : { result: judgeHidden, rows: judgeHiddenRows };
}

async function write(
  config: JudgeConfig,
  result: JudgeResult,
  verdicts: readonly RowVerdicts[],
  mayWrite: () => void,
): Promise<JudgeSummary["files"]> {
  const files = filesOf(config);
  await writeAtomically(files.rows, lines(verdicts), mayWrite);
  await writeAtomically(files.result, [`${JSON.stringify(result, null, 2)}\n`], mayWrite);
  return files;
}

function* lines(verdicts: readonly RowVerdicts[]): Generator<string, void, void> {
  for (const row of verdicts) yield `${JSON.stringify(row)}\n`;
}
