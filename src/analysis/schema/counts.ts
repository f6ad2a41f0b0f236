import { z } from "zod";

export const count = z.int().nonnegative();
/** One of the eight tags, one of the user's own, or one that only another version knows. */
export const tag = z.string();
/** How many there are, by name, most frequent first. */
export const counts = z.record(z.string(), count);
