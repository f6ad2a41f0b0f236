import { expect, test } from "vitest";
import { tags } from "../records/system-message/phrase.ts";
import { palette } from "./page/theme.ts";
import { furtherColours, tagColour, tagPalette, tagShades, tagVariables } from "./tag-palette.ts";

/** Relative luminance (WCAG 2.2) of an OKLCH colour (Ottosson 2020), clipped to sRGB. */
function luminanceOf(shade: string, hue: number): number {
  const [lightness = 0, chroma = 0] = shade.split(" ").map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const [red, green, blue] = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function luminanceOfHex(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** The viewer's panel, on which phrases stand. */
const panel = ["#ffffff", "#1c1f23"] as const;

test.each([
  ["light", 0],
  ["dark", 1],
] as const)("the contrast of tags in the %s theme is WCAG AA", (_, theme) => {
  for (const [tag, { hue }] of [...Object.entries(tagPalette), ...furtherColours.map((colour) => ["a further tag", colour] as const)]) {
    const [ink, ground] = [tagShades.ink, tagShades.ground].map((shade) => luminanceOf(shade[theme], hue));
    expect(contrast(ink ?? 0, ground ?? 0), `${tag} on its ground`).toBeGreaterThanOrEqual(4.5);
    for (const surface of [panel[theme], palette.surface[theme]])
      expect(contrast(ink ?? 0, luminanceOfHex(surface)), `${tag} on ${surface}`).toBeGreaterThanOrEqual(4.5);
  }
});

test("tags differ in hue and in the terminal's colour", () => {
  const colours = Object.values(tagPalette);
  expect(new Set(colours.map(({ hue }) => hue)).size).toBe(tags.length);
  expect(new Set(colours.map(({ terminal }) => terminal)).size).toBe(tags.length);
});

test("further tags have hues of their own, each the same wherever its name stands", () => {
  const hues = [...Object.values(tagPalette), ...furtherColours].map(({ hue }) => hue).toSorted((a, b) => a - b);
  const apart = hues.map((hue, index) => (hue - (hues[index - 1] ?? (hues.at(-1) ?? 0) - 360)) % 360);
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(18);
  expect(tagColour("Safety")).toBe(tagColour("Safety"));
  expect(furtherColours).toContain(tagColour("toString"));
});

test("the variables of a tag, and none of no name", () => {
  expect(tagVariables("Role")["--tag-ink"]).toBe("light-dark(oklch(0.4 0.13 250),oklch(0.86 0.1 250))");
  expect(tagVariables("")).toEqual({});
});
