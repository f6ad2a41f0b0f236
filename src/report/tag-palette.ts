import type { StandardTag } from "../records/system-message/phrase.ts";

/** The colour of a tag, wherever tags are shown. */
interface TagColour {
  /** Hue in OKLCH, in degrees. Tags differ by hue alone, so that all have the same contrast. */
  readonly hue: number;
  /** The terminal's colour that comes closest to the hue. */
  readonly terminal: "blueBright" | "green" | "yellow" | "red" | "magentaBright" | "cyan" | "greenBright" | "magenta";
}

export const tagPalette: Readonly<Record<StandardTag, TagColour>> = {
  Role: { hue: 250, terminal: "blueBright" },
  Content: { hue: 150, terminal: "green" },
  Task: { hue: 65, terminal: "yellow" },
  Action: { hue: 25, terminal: "red" },
  Style: { hue: 345, terminal: "magentaBright" },
  Background: { hue: 200, terminal: "cyan" },
  Tool: { hue: 110, terminal: "greenBright" },
  Format: { hue: 300, terminal: "magenta" },
};

/** Colours of further tags. Their hues lie between those of the eight. */
export const furtherColours: readonly TagColour[] = [
  { hue: 225, terminal: "blueBright" },
  { hue: 88, terminal: "yellow" },
  { hue: 5, terminal: "red" },
  { hue: 175, terminal: "cyan" },
  { hue: 275, terminal: "magenta" },
  { hue: 45, terminal: "yellow" },
  { hue: 322, terminal: "magentaBright" },
  { hue: 130, terminal: "greenBright" },
];

/**
 * The colour of a tag. That of a further tag follows from its name, so that it is the same in all
 * runs and places. Undefined for an empty name.
 */
export function tagColour(name: string): TagColour | undefined {
  const known = Object.entries(tagPalette).find(([tag]) => tag === name)?.[1];
  return known ?? (name === "" ? undefined : furtherColours[numberOfName(name) % furtherColours.length]);
}

function numberOfName(name: string): number {
  let number = 0;
  for (const letter of name.toLowerCase()) number = (Math.imul(number, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return number;
}

/** Lightness and chroma in OKLCH, in the light and in the dark theme. */
export const tagShades = {
  /** Text. */
  ink: ["0.4 0.13", "0.86 0.1"],
  /** What lies behind the text. */
  ground: ["0.935 0.05", "0.32 0.07"],
  /** A line beside a phrase. */
  edge: ["0.68 0.13", "0.66 0.12"],
} as const;

/**
 * The CSS variables `--tag-ink`, `--tag-ground` and `--tag-edge`, which hold a tag's colours. There
 * are none for an empty name, so style sheets need a colour to fall back to.
 */
export function tagVariables(name: string): Readonly<Record<string, string>> {
  const colour = tagColour(name);
  if (colour === undefined) return {};
  return Object.fromEntries(
    Object.entries(tagShades).map(([use, [light, dark]]) => [
      `--tag-${use}`,
      `light-dark(oklch(${light} ${colour.hue}),oklch(${dark} ${colour.hue}))`,
    ]),
  );
}
