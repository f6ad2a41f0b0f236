import { z } from "zod";

/** Sampling temperature, 0 to 2. */
export const temperatureSchema = z.number().min(0).max(2);
/** Most tokens of a reply, at least 1. */
export const tokensSchema = z.int().min(1);
