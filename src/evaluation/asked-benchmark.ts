import { ModelError } from "../errors.ts";
import type { RunObserver } from "../execution/observer.ts";
import type { RunStop } from "../execution/run-stop.ts";
import type { CountingAsker } from "./asker.ts";
import type { Scored } from "./benchmarks/benchmark.ts";
import type { ToAsk } from "./load-benchmarks.ts";

/** A benchmark while its items are asked. */
export class AskedBenchmark {
  readonly toAsk: ToAsk;
  /** Errors of items whose calls brought no reply. */
  readonly failures: ModelError[] = [];
  readonly #asker: CountingAsker;
  readonly #scored: (Scored | undefined)[] = [];
  #beganMs: number | undefined;
  #lastMs = 0;
  #ended = 0;

  constructor(toAsk: ToAsk, asker: CountingAsker) {
    this.toAsk = toAsk;
    this.#asker = asker;
  }

  get name(): string {
    return this.toAsk.benchmark.name;
  }

  /** In the order of the items. */
  get scored(): readonly Scored[] {
    return this.#scored.filter((each) => each !== undefined);
  }

  /** Answers that ended at the limit of tokens. */
  get cut(): number {
    return this.#asker.cut;
  }

  /** From the beginning of the first item to the end of the last. */
  get seconds(): number {
    return this.#beganMs === undefined ? 0 : Math.round((this.#lastMs - this.#beganMs) / 100) / 10;
  }

  get isEnded(): boolean {
    return this.#ended === this.toAsk.walks.length;
  }

  /**
   * Takes the item at a place. One whose call brought no reply has failed, and nothing is thrown.
   * @returns Whether it was the last one to end.
   */
  async take(place: number, stop: RunStop, observer: RunObserver): Promise<boolean> {
    const walk = this.toAsk.walks[place];
    if (walk === undefined) throw new RangeError(`${this.name} has no item ${place}`);
    this.#beganMs ??= performance.now();
    try {
      this.#scored[place] = await walk.take(this.#asker);
      observer.onRow?.({ outcome: "done", phase: undefined, id: walk.id, reason: undefined });
    } catch (error) {
      if (error instanceof ModelError) {
        this.failures.push(error);
        observer.onRow?.({ outcome: "failed", phase: this.name, id: walk.id, reason: error.kind });
      } else if (stop.rows.aborted) return false;
      else throw error;
    }
    this.#lastMs = performance.now();
    this.#ended++;
    return this.isEnded;
  }
}
