import type { FilterSettings } from "./filter.ts";
import type { GenerateSettings } from "./generate.ts";
import type { RespondSettings } from "./respond.ts";
import type { VerifySettings } from "./verify.ts";

/** The settings of the four phases, one key a phase. */
export interface PhaseSettings {
  readonly generate: GenerateSettings;
  readonly filter: FilterSettings;
  readonly verify: VerifySettings;
  readonly respond: RespondSettings;
}

export const presetNames = ["standard", "paper"] as const;
export type PresetName = (typeof presetNames)[number];

/**
 * `paper` is arXiv 2502.11330 as published: free decoding, no repair, one label a tag at temperature 0.7, no look at the new
 * response. `standard` is where we go past it.
 */
export const presets: Readonly<Record<PresetName, PhaseSettings>> = {
  standard: {
    generate: { prompt: "standard", temperature: 0.7, maxOutputTokens: 512 },
    filter: { repair: true, checkContent: true },
    verify: { rubric: "phrases", temperature: 0, maxOutputTokens: 256, unparsed: "drop-phrase" },
    respond: {
      temperature: 0.7,
      maxOutputTokens: 1024,
      turns: "all",
      gates: { empty: "retry", truncated: "retry", refusal: "retry", leak: "retry", "wrong-answer": "retry" },
      whenExhausted: "keep-original",
    },
  },
  paper: {
    generate: { prompt: "paper", temperature: 0.7, maxOutputTokens: 512 },
    filter: { repair: false, checkContent: false },
    verify: { rubric: "tags", temperature: 0.7, maxOutputTokens: 256, unparsed: "drop-phrase" },
    respond: {
      temperature: 0.7,
      maxOutputTokens: 1024,
      turns: "all",
      gates: { empty: "off", truncated: "off", refusal: "off", leak: "off", "wrong-answer": "off" },
      whenExhausted: "keep-original",
    },
  },
};
