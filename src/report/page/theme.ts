/** A colour in the light and the dark theme. */
export type Shade = readonly [light: string, dark: string];

/** The report's colours, named by their use. `theme.test.ts` holds their contrast to WCAG AA. */
export const palette = {
  page: ["#faf9f6", "#131519"],
  surface: ["#ffffff", "#1b1e24"],
  sunken: ["#f1efea", "#23272e"],
  ink: ["#1d2026", "#e9eaec"],
  muted: ["#575d67", "#a6adb7"],
  line: ["#dcd9d1", "#363b44"],
  accent: ["#1f5fa8", "#7fb5f0"],
  kept: ["#2f6f9f", "#6aaee0"],
  lost: ["#a9582f", "#e0966c"],
  original: ["#7d6a9e", "#b9a4dc"],
  response: ["#1f7a78", "#5cc0bb"],
  good: ["#2b7a56", "#62bd92"],
  weak: ["#5d6b1e", "#bccb6b"],
  bad: ["#b23b34", "#ec8a80"],
  none: ["#866311", "#d9b45a"],
  unparsed: ["#666c77", "#a0a7b2"],
  onData: ["#ffffff", "#101216"],
  added: ["#d5efe1", "#1d4434"],
  removed: ["#fbdedb", "#542a28"],
} as const satisfies Readonly<Record<string, Shade>>;

export type Colour = keyof typeof palette;

/** The colour as a style's value. */
export function colour(name: Colour): string {
  return `var(--${name})`;
}

function variables(index: 0 | 1): string {
  return Object.entries(palette)
    .map(([name, shade]) => `--${name}:${shade[index]};`)
    .join("");
}

/**
 * The themes. The reader's system decides which one is shown, unless a radio button of the header
 * does. No script is needed. Paper is always light.
 */
export function themeStyle(): string {
  return `:root{color-scheme:light;${variables(0)}}
@media screen{
@media (prefers-color-scheme:dark){:root{color-scheme:dark;${variables(1)}}}
:root:has(#theme-light:checked){color-scheme:light;${variables(0)}}
:root:has(#theme-dark:checked){color-scheme:dark;${variables(1)}}
}`;
}
