import { inCanonicalOrder } from "../records/system-message/phrase.ts";
import type { Phase } from "./phase.ts";
import { RowDropped } from "./row-dropped.ts";
import { describeFaults, filterSettingsSchema, type FilterSettings } from "./sieve.ts";

/**
 * Phase 2 of arXiv 2502.11330, section 3.2. Only well-formed phrases with known tags stay, in
 * canonical order. Each removed piece has its reason. Code alone does it, and nothing is paid.
 */
export const filter: Phase<"filter", "code", FilterSettings> = {
  name: "filter",
  asks: "code",
  adds: "only well-formed phrases with a known tag, in canonical order; each removed piece with its reason",
  reasons: { "no-phrase-left": "the filter left no phrase" },
  settings: filterSettingsSchema,
  // `repair` is a key of its own in the config file, beside the phases.
  config: filterSettingsSchema.omit({ repair: true }).partial().strict(),
  presets: {
    standard: { repair: true, checkContent: true },
    paper: { repair: false, checkContent: false },
  },
  // A row that lost all its phrases needs other ones.
  retriesFrom: () => "generate",
  /** @throws RowDropped (`no-phrase-left`). */
  async run(row, _, { tags }) {
    const { phrases, faults } = row.candidate?.sieve.sift(row.candidate.generated) ?? { phrases: [], faults: [] };
    if (phrases.length === 0) throw new RowDropped("filter", "no-phrase-left", describeFaults(faults), faults);
    return { ...row, candidate: undefined, phrases: inCanonicalOrder(phrases, tags.names), removed: [...row.removed, ...faults] };
  },
};
