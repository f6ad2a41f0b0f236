import { z } from "zod";

export const count = z.int().nonnegative();
/** A tag of phase 2, or one that only another version of sysgen knows. */
export const tag = z.string();
/** How many there are, by name, most frequent first. */
export const counts = z.record(z.string(), count);
