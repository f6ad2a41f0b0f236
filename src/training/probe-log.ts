import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const pointSchema = z.object({ step: z.number(), loss: z.number(), seconds: z.number() });
/** The mean loss over the rows of the probe. `seconds` is the time in training until then. */
export type ProbePoint = z.infer<typeof pointSchema>;

/** `probe.jsonl`, the losses on the same rows from step to step. */
export class ProbeLog {
  readonly #path: string;
  #points: ProbePoint[];

  constructor(path: string) {
    this.#path = path;
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
    this.#points = lines.flatMap((line) => readPoint(line));
  }

  get points(): readonly ProbePoint[] {
    return this.#points;
  }

  add(point: ProbePoint): void {
    this.#points.push(point);
    appendFileSync(this.#path, `${JSON.stringify(point)}\n`);
  }

  /** Forgets what came after the step to which a training was taken back. */
  goBackTo(step: number): void {
    this.#points = this.#points.filter((point) => point.step <= step);
    writeFileSync(this.#path, this.#points.map((point) => `${JSON.stringify(point)}\n`).join(""));
  }
}

/** The last line may be torn. */
function readPoint(line: string): ProbePoint[] {
  try {
    return [pointSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
