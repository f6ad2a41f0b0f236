/**
 * Names of the presets. `paper` is arXiv 2502.11330 as published. Decoding is free, tags are not
 * repaired, the judge gives one label a tag at temperature 0.7, and no gate looks at the new
 * response. `standard` is where sysgen goes past the paper.
 */
export const presetNames = ["standard", "paper"] as const;
export type PresetName = (typeof presetNames)[number];
