/**
 * `paper` is arXiv 2502.11330 as published: free decoding, no repair, one label a tag at temperature
 * 0.7, no look at the new response. `standard` is where sysgen goes past the paper.
 */
export const presetNames = ["standard", "paper"] as const;
export type PresetName = (typeof presetNames)[number];
