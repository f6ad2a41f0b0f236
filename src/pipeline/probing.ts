import type { Purpose } from "../records/purpose.ts";

/** What the generator's server can enforce, which is found out before the first row. */
export const probing: Purpose = { name: "probe", rank: 0 };
