import { diffWordsWithSpace } from "diff";

export interface Piece {
  readonly text: string;
  readonly kind: "same" | "removed" | "added";
}

/** A diff that takes longer says nothing that a person would read. */
const mostMs = 600;

/** What was taken out of one text and put in, word by word, to become another; undefined where they have too little in common to say. */
export function wordDiff(before: string, after: string): readonly Piece[] | undefined {
  const changes = diffWordsWithSpace(before, after, { timeout: mostMs });
  return changes?.map(({ value, added, removed }) => ({ text: value, kind: added ? "added" : removed ? "removed" : "same" }));
}

export function thousands(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** 75 as `1 min 15 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
