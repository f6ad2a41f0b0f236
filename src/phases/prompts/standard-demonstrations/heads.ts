import type { Demonstration } from "../demonstrations.ts";
import { englishHeads } from "./english.ts";
import { eastAsianHead, otherHead, romanceHead } from "./other-languages.ts";

/**
 * The demonstrations of the standard prompt. A prompt shows those of one head. All eight tags are
 * shown at the rates that are wanted, in messages of varied length. Within a head no two messages
 * have the same tags. They were written for this project, and name no real company or person.
 */
export const heads: readonly (readonly Demonstration[])[] = [...englishHeads, romanceHead, eastAsianHead, otherHead];
