import type { BenchmarkChoice, Experiment, Student, SystemPlace } from "./experiment.ts";
import type { TrainedVariant, VariantName } from "./variants.ts";

/** A model of the experiment. The variant `base` is the student as it is. */
interface Subject {
  readonly student: Student;
  readonly variant: VariantName;
  readonly seed: number;
}

/** One training. */
export interface TrainCell extends Subject {
  readonly kind: "train";
  readonly variant: TrainedVariant;
}

/** One model on one benchmark. */
export interface EvaluateCell extends Subject {
  readonly kind: "evaluate";
  readonly benchmark: BenchmarkChoice;
  readonly systemAs: SystemPlace;
}

export type Cell = TrainCell | EvaluateCell;

/** A model with all that is to be known of it: its training, then its evaluations. */
export interface SubjectCells extends Subject {
  readonly training: TrainCell | undefined;
  readonly evaluations: readonly EvaluateCell[];
}

/**
 * The cells in the order of the work. A student's base comes first. It is no training, so it has
 * one seed, the first.
 */
export function subjectsOf({ students, variants, benchmarks, seeds }: Experiment): SubjectCells[] {
  return students.flatMap((student) =>
    variants
      .toSorted((left, right) => Number(right === "base") - Number(left === "base"))
      .flatMap((variant) =>
        (variant === "base" ? seeds.slice(0, 1) : seeds).map((seed) => {
          const subject = { student, variant, seed };
          return {
            ...subject,
            training: variant === "base" ? undefined : ({ kind: "train", student, variant, seed } as const),
            evaluations: benchmarks.flatMap((benchmark) =>
              benchmark.systemAs.map((systemAs) => ({ kind: "evaluate", ...subject, benchmark, systemAs }) as const),
            ),
          };
        }),
      ),
  );
}

/** The run whose rows a variant is trained on. */
export function runOf({ student, variant }: Pick<Subject, "student" | "variant">): string | undefined {
  return variant === "kd" ? student.kdRun : student.run;
}

/**
 * The system role that a student's base is told to be asked in. A trained model is asked as it was
 * trained. Undefined where the base's template decides.
 */
export function roleOfBase({ systemRole }: Student, systemAs: SystemPlace): "first-user" | undefined {
  return systemRole === "first-user" && systemAs === "system" ? "first-user" : undefined;
}

/**
 * The run whose rows decide too which rows a variant is trained on, so that all variants see the
 * same. Undefined unless another model's run is among the variants.
 */
export function otherRunOf(
  { student, variant }: Pick<Subject, "student" | "variant">,
  variants: readonly VariantName[],
): string | undefined {
  const hasBoth = variants.includes("kd") && variants.some((name) => name !== "kd" && name !== "base");
  return hasBoth ? (variant === "kd" ? student.run : student.kdRun) : undefined;
}

/** A subject in words, such as `SmolLM2-135M, S + A′, seed 0`, as a file name. */
export function slugOf({ student, variant, seed }: Subject): string {
  return `${student.name.replace(/[^\w.-]+/g, "-")}-${variant}${variant === "base" ? "" : `-s${seed}`}`;
}

/** A cell in a few words, such as `train SmolLM2-135M s-a2 seed 0`. */
export function labelOf(cell: Cell): string {
  const seed = cell.variant === "base" ? "" : ` seed ${cell.seed}`;
  const subject = `${cell.student.name} ${cell.variant}${seed}`;
  if (cell.kind === "train") return `train ${subject}`;
  return `${cell.benchmark.on}${cell.systemAs === "user" ? " (as user)" : ""}: ${subject}`;
}
