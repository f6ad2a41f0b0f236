import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { explainWriteError } from "../platform/disk-errors.ts";

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
    this.#write(() => appendFileSync(this.#path, lineOf(point)));
  }

  /** Forgets what came after the step to which a training was taken back. */
  goBackTo(step: number): void {
    // The loss at step 0 is measured again by a training that begins again.
    this.#points = this.#points.filter((point) => step > 0 && point.step <= step);
    this.#write(() => writeFileSync(this.#path, this.#points.map(lineOf).join("")));
  }

  /** @throws SysGenError when the file cannot be written, for example on a full disk. */
  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw explainWriteError(this.#path, error);
    }
  }
}

function lineOf(point: ProbePoint): string {
  return `${JSON.stringify(point)}\n`;
}

/** The last line may be torn. */
function readPoint(line: string): ProbePoint[] {
  try {
    return [pointSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
