import { createHash } from "node:crypto";
import { UsageError } from "../errors.ts";

/** One side of a split and its share of the rows, between 0 and 1. */
export interface SplitSide {
  readonly name: string;
  readonly share: number;
}

const expected = 'Expected names with shares that sum to 1, such as "train=0.95,validation=0.05"';

/**
 * Reads `train=0.95,validation=0.05`. Names are letters, digits and underscores. They must differ
 * by more than case, since they become file names. Shares must be positive and sum to 1 within
 * 1e-6.
 * @throws UsageError that says what was found.
 */
export function parseSplit(text: string): SplitSide[] {
  const sides = text.split(",").map((part): SplitSide => {
    const [, name, share] = /^\s*(\w+)\s*=\s*(\d+\.?\d*|\.\d+)\s*$/.exec(part) ?? [];
    if (name === undefined || share === undefined) throw new UsageError(`${expected}. Found "${part.trim()}".`);
    if (Number(share) <= 0) throw new UsageError(`${expected}. Found a share of ${share} for "${name}".`);
    return { name, share: Number(share) };
  });
  const twice = sides.find(({ name }, index) => sides.findIndex((side) => side.name.toLowerCase() === name.toLowerCase()) < index);
  if (twice) throw new UsageError(`${expected}. Found "${twice.name}" twice.`);
  const sum = sides.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6) throw new UsageError(`${expected}. Found a sum of ${Number(sum.toFixed(6))}.`);
  return sides;
}

/**
 * The side on which an id falls. The first 48 bits of the id's SHA-256, as a fraction of 1, fall
 * into one of the shares laid end to end. The side depends on the id and the shares alone, never on
 * other rows. Rows stay on their side when a dataset grows, and in every version of this program.
 * Rows that belong together are given the id of one of them.
 */
export function sideOf(sides: readonly SplitSide[], id: string): string {
  const point = createHash("sha256").update(id).digest().readUIntBE(0, 6) / 2 ** 48;
  let end = 0;
  for (const { name, share } of sides) {
    end += share;
    if (point < end) return name;
  }
  // Shares may sum to a little less than 1.
  const last = sides.at(-1);
  if (last === undefined) throw new RangeError("a split needs at least one side");
  return last.name;
}
