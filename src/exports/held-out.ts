import { sideOf } from "./split.ts";

/** A draw of rows that no training sees. */
export interface HeldOut {
  /** Between 0 and 1. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Whether a row is held out. It depends on the row's id, the share and the seed alone, so training
 * and evaluation agree without a list. With seed 0 the rows are those on the second side of
 * `--split train=0.9,held_out=0.1`.
 */
export function isHeldOut(id: string, { share, seed }: HeldOut): boolean {
  const sides = [
    { name: "train", share: 1 - share },
    { name: "held-out", share },
  ];
  return sideOf(sides, seed === 0 ? id : `${seed}\0${id}`) === "held-out";
}
