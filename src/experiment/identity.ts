import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { SysGenError, UsageError } from "../errors.ts";
import type { EvaluateRecord } from "../evaluation/evaluate-record.ts";
import { digestOfFile } from "../hub/digest.ts";
import { filesBelow } from "../platform/files-below.ts";
import { runFiles } from "../runs/run-files.ts";
import type { CellFile } from "./cell-file.ts";
import { otherRunOf, roleOfBase, runOf, type EvaluateCell, type TrainCell } from "./cells.ts";
import type { BenchmarkChoice, Experiment, Student } from "./experiment.ts";
import { inKeys } from "./in-keys.ts";

/** All that decides a cell's result, as JSON. */
export type CellInputs = { readonly [key: string]: string | number | null | CellInputs };

/** What a cell is known by. */
export interface CellIdentity {
  readonly hash: string;
  readonly inputs: CellInputs;
}

/** An identity of earlier versions, by which the file of a cell that they did is found. */
export interface EarlierIdentity extends CellIdentity {
  /** Whether a file is of the same inputs, where the identity itself does not tell. */
  readonly isOf: (file: CellFile) => boolean;
}

/** What the programs that do the work add to a cell's identity. */
export interface OwnInputs {
  /** The hash of what the benchmark asks. Undefined where the benchmark is not this program's. */
  benchmarkPrompts(name: string): string | undefined;
  /**
   * Who checks a benchmark's answers. Those of the harness need the model's folder, and others can
   * be asked of a model in process.
   */
  readonly checkedBy: (benchmark: string) => "judge" | "code" | "harness";
  /**
   * A folder or file that the benchmark is read from. Undefined where it is not on this machine.
   */
  dataOf(benchmark: BenchmarkChoice): string | undefined;
  /**
   * Reads the items of a benchmark, those of `own` from a run.
   * @returns Their hash, as `evaluate.json` has it. Undefined where the benchmark is not this
   * program's.
   * @throws UsageError when there is none.
   */
  readItems(benchmark: BenchmarkChoice, run: string | undefined): Promise<string | undefined>;
}

/**
 * Tells cells by what goes into them. A file is read once, so one of these serves an experiment
 * from its start to its end. Where a model or a judge runs is no part of an identity.
 */
export class Identities {
  readonly #experiment: Pick<Experiment, "variants" | "train" | "evaluate" | "judge">;
  readonly #own: OwnInputs;
  readonly #digests = new Map<string, Promise<string>>();
  readonly #items = new Map<string, Promise<string | undefined>>();

  constructor(experiment: Pick<Experiment, "variants" | "train" | "evaluate" | "judge">, own: OwnInputs) {
    this.#experiment = experiment;
    this.#own = own;
  }

  /** @throws UsageError when the run directory holds no dataset. */
  async ofTraining(cell: TrainCell): Promise<CellIdentity> {
    const other = otherRunOf(cell, this.#experiment.variants);
    // What changes nothing of what the weights become. The message is that of one variant alone.
    const { saveSeconds: _, common, ggufType, chatTemplate, ...settings } = this.#experiment.train;
    return identityOf({
      kind: "train",
      rows: await this.#rows(runOf(cell) ?? ""),
      ...(other !== undefined && { sameRowsAs: await this.#rows(other) }),
      ...(cell.variant === "common" && { common }),
      ...(cell.student.gguf !== undefined && { ggufType }),
      ...(chatTemplate !== undefined && { chatTemplate: await this.#template(chatTemplate) }),
      model: await this.#model(cell.student),
      systemRole: cell.student.systemRole ?? null,
      variant: cell.variant,
      seed: cell.seed,
      settings: jsonOf(settings),
    });
  }

  /** In earlier versions, a chat template was told by its path. */
  earlierTraining({ inputs: { chatTemplate: template, ...others } }: CellIdentity): EarlierIdentity {
    const { saveSeconds: _saveSeconds, common: _common, ggufType: _ggufType, ...settings } = this.#experiment.train;
    return {
      ...identityOf({ ...others, settings: jsonOf(settings) }),
      isOf: ({ train }) => train?.options["template"] === template,
    };
  }

  /**
   * In earlier versions, all settings and the judge counted for each benchmark, and a GGUF did not.
   */
  earlierEvaluation({ inputs: { gguf, ...others } }: CellIdentity): EarlierIdentity {
    const { settings, judge } = this.#asking();
    return {
      ...identityOf({ ...others, ...(gguf !== undefined && { isGguf: "true" }), settings: jsonOf(settings), judge: jsonOf(judge) }),
      isOf: ({ evaluate }) => typeof gguf !== "string" || (evaluate !== undefined && isOfGguf(evaluate.model, gguf)),
    };
  }

  /** @throws UsageError when the benchmark's data is a file that is not there. */
  async ofEvaluation(cell: EvaluateCell, training: CellIdentity | undefined): Promise<CellIdentity> {
    const { on, limit, shots, judgeRuns } = cell.benchmark;
    const run = on === "own" ? cell.student.run : undefined;
    const { train } = this.#experiment;
    const data = this.#own.dataOf(cell.benchmark);
    const gguf = await this.ggufOf(cell);
    return identityOf({
      kind: "evaluate",
      model: training === undefined ? await this.#model(cell.student) : training.hash,
      benchmark: on,
      prompts: this.#own.benchmarkPrompts(on) ?? null,
      data: data === undefined ? null : await this.#data(data),
      ...(run !== undefined && { rows: await this.#rows(run), heldOut: train.heldOut, splitSeed: train.splitSeed }),
      limit: limit ?? null,
      shots: shots ?? null,
      judgeRuns: judgeRuns ?? null,
      systemAs: cell.systemAs,
      // That of a trained model is told by its training.
      ...(gguf === undefined ? this.#gguf(cell) !== undefined && { isGguf: "true" } : { gguf }),
      ...this.#role(cell),
      ...this.#heldBy(on),
    });
  }

  /** What of the settings decides a benchmark's result. The harness samples as its tasks say. */
  #heldBy(on: string): CellInputs {
    const { settings, judge } = this.#asking();
    const { temperature, maxOutputTokens, seed } = settings;
    const checkedBy = this.#own.checkedBy(on);
    if (checkedBy === "judge") return { settings: jsonOf(settings), judge: jsonOf(judge) };
    return { settings: jsonOf(checkedBy === "code" ? { temperature, maxOutputTokens, seed } : { seed }) };
  }

  /** What of the experiment's settings decides answers and judgements. Time limits do not. */
  #asking() {
    const { evaluate, judge } = this.#experiment;
    const { temperature, maxOutputTokens, judgeMaxOutputTokens, hideSystem, seed } = evaluate;
    return {
      settings: { temperature, maxOutputTokens, judgeMaxOutputTokens, hideSystem, seed },
      judge: { model: judge?.model, request: judge?.request },
    };
  }

  /**
   * How a cell's model and judge are asked, such as `system-1f0c2b9d`. A folder holds evaluations
   * that were asked in one way. The second name is the one of earlier versions, in which time
   * limits and addresses counted.
   */
  asked(cell: EvaluateCell): readonly [name: string, earlier: string] {
    const { evaluate, judge } = this.#experiment;
    const common = { judgeRuns: cell.benchmark.judgeRuns, gguf: this.#gguf(cell), ...this.#role(cell) };
    const nameOf = (asking: object): string => `${cell.systemAs}-${hash("sha256", jsonOf({ ...asking, ...common })).slice(0, 8)}`;
    return [nameOf(this.#asking()), nameOf({ evaluate, judge })];
  }

  /**
   * What the items of a cell's benchmark are told by. Undefined for those of the harness.
   * @throws UsageError with the benchmark's line when there is none.
   */
  itemsOf({ benchmark, student }: EvaluateCell): Promise<string | undefined> {
    const run = benchmark.on === "own" ? student.run : undefined;
    const key = `${benchmark.on} ${run ?? ""}`;
    const known = this.#items.get(key) ?? this.#own.readItems(benchmark, run).catch((error: unknown) => refuseAt(benchmark, error));
    this.#items.set(key, known);
    return known;
  }

  /** The system role, if the cell's model is a base that is told one. The harness needs none. */
  #role({ variant, student, systemAs, benchmark: { on } }: EvaluateCell): { readonly systemRole?: string } {
    const systemRole = variant === "base" && this.#own.checkedBy(on) !== "harness" ? roleOfBase(student, systemAs) : undefined;
    return systemRole === undefined ? {} : { systemRole };
  }

  /** What a base is told by that is asked as a GGUF, which is a file's SHA-256, else its name. */
  async ggufOf(cell: EvaluateCell): Promise<string | undefined> {
    const gguf = cell.variant === "base" ? this.#gguf(cell) : undefined;
    return gguf === undefined ? undefined : await this.#file(gguf);
  }

  /** The GGUF of the student, if the cell's model is asked as one. */
  #gguf({ student: { gguf }, benchmark: { on } }: EvaluateCell): string | undefined {
    return this.#own.checkedBy(on) !== "harness" ? gguf : undefined;
  }

  /** What a student is told by, in 8 hex digits. */
  async ofStudent(student: Student): Promise<string> {
    return hash("sha256", await this.#model(student)).slice(0, 8);
  }

  /** The rows that a run exports, which are its dataset less what people marked. */
  async #rows(run: string): Promise<CellInputs> {
    const { dataset, marks } = runFiles(run);
    if (!existsSync(dataset)) throw new UsageError(`${run}: expected the directory of a run that has rows, and there is no ${dataset}.`);
    return { dataset: await this.#digest(dataset), marks: existsSync(marks) ? await this.#digest(marks) : null };
  }

  /** A folder or file is told by its content, and anything else by its name. */
  async #model({ model }: Student): Promise<string> {
    return this.#file(model);
  }

  async #file(name: string): Promise<string> {
    return existsSync(name) ? await this.#digest(name) : name;
  }

  async #template(path: string): Promise<string> {
    if (existsSync(path)) return await this.#digest(path);
    throw new UsageError(`There is no file ${path}, which the experiment names as its chat template.`);
  }

  async #data(data: string): Promise<string> {
    if (existsSync(data)) return await this.#digest(data);
    if (data.startsWith("hf:")) return data;
    throw new UsageError(`There is no file ${data}, which the experiment names as a benchmark's data.`);
  }

  #digest(path: string): Promise<string> {
    const known = this.#digests.get(path) ?? digestOf(path);
    this.#digests.set(path, known);
    return known;
  }
}

/** Whether an evaluation asked a GGUF, which is given by its digest or name. */
export function isOfGguf({ name, weights }: EvaluateRecord["model"], gguf: string): boolean {
  return gguf === weights || gguf === name;
}

function refuseAt({ place, on }: BenchmarkChoice, error: unknown): never {
  if (!(error instanceof SysGenError)) throw error;
  const said = inKeys(error.message);
  throw new UsageError(`${place === undefined ? "" : `${place}: `}${said.startsWith(on) ? said : `${on}: ${said}`}`, { cause: error });
}

function identityOf(inputs: CellInputs): CellIdentity {
  return { hash: hash("sha256", JSON.stringify(sorted(inputs))).slice(0, 16), inputs };
}

/** With keys in alphabetical order, so that their order in the file decides nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Settings as one text, with keys in alphabetical order. */
export function jsonOf(value: object): string {
  return JSON.stringify(sorted(value));
}

/** The SHA-256 of a file, or of a folder's files with their names. */
async function digestOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return await digestOfFile(path, "sha256");
  const files = await filesBelow(path);
  if (files.length === 0) throw new UsageError(`${path} holds no file: expected a model's folder, or one with a benchmark's data.`);
  const digests: string[] = [];
  for (const file of files) digests.push(`${file.slice(path.length)} ${await digestOfFile(file, "sha256")}`);
  return hash("sha256", digests.join("\n"));
}
