import { rmSync } from "node:fs";
import type { BatchPort } from "../../models/batch-port.ts";
import type { Budget, Spending } from "../../models/spending/budget.ts";
import { nothing, sum } from "../../models/spending/budget.ts";
import { WaveFile, type WaveTotals } from "../../runs/batches/wave-file.ts";

/** A model whose calls join a wave. */
export interface WaveMember {
  readonly model: string;
  readonly port: Pick<BatchPort, "server" | "spoken">;
}

/** A call that joins a wave. */
export interface WaveCall {
  readonly address: string;
  readonly route: string;
  readonly body: Buffer;
  /** The most that it can use, which is reserved. */
  readonly need: Spending;
}

/** A file of requests of one model in one dialect. */
export interface WavePart {
  readonly number: number;
  readonly lane: WaveMember;
  readonly spoken: string;
  readonly file: WaveFile;
  readonly reserved: Spending;
  readonly totals: WaveTotals;
}

/** A part that grows. */
type GrowingPart = Omit<WavePart, "totals" | "reserved"> & { reserved: Spending };

export interface WaveOptions {
  /** The path of the file of requests of a batch's number. */
  readonly path: (number: number) => string;
  /** The number of the wave's first batch. */
  readonly first: number;
  readonly most: { readonly requests: number; readonly bytes: number };
  readonly budget: Budget | undefined;
}

/**
 * The calls that wait for a reply, in files that grow while a pass goes through the rows. A file is
 * of one model. It is closed when it is full, and when the dialect changed.
 */
export class Wave {
  readonly #options: WaveOptions;
  readonly #parts: GrowingPart[] = [];
  readonly #growing = new Map<WaveMember, GrowingPart>();

  constructor(options: WaveOptions) {
    this.#options = options;
  }

  get requests(): number {
    return this.#parts.reduce((total, { file }) => total + file.requests, 0);
  }

  has(address: string): boolean {
    return this.#parts.some(({ file }) => file.has(address));
  }

  add(lane: WaveMember, { address, route, body, need }: WaveCall): void {
    const part = this.#partFor(lane, body.length);
    part.file.add(address, route, body);
    part.reserved = sum(part.reserved, need);
  }

  /** The parts with all their requests on disk. */
  close(): readonly WavePart[] {
    return this.#parts.map((part) => ({ ...part, totals: part.file.close() }));
  }

  /** Forgets the calls. */
  discard(): void {
    for (const { number, reserved, file } of this.#parts) {
      file.discard();
      this.#options.budget?.settleBatch(reserved, nothing);
      rmSync(this.#options.path(number), { force: true });
    }
  }

  #partFor(lane: WaveMember, bytes: number): GrowingPart {
    const { most, path, first } = this.#options;
    const spoken = lane.port.spoken();
    const growing = this.#growing.get(lane);
    // An address and a route take less than 200 bytes.
    const fits = growing && growing.file.requests < most.requests && growing.file.bytes + bytes + 200 <= most.bytes;
    if (growing !== undefined && fits === true && growing.spoken === spoken) return growing;
    const number = first + this.#parts.length;
    const part = { number, lane, spoken, file: new WaveFile(path(number)), reserved: nothing };
    this.#parts.push(part);
    this.#growing.set(lane, part);
    return part;
  }
}
