import { expect, test } from "vitest";
import { palette, themeStyle, type Colour } from "./theme.ts";

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds: readonly Colour[] = ["page", "surface", "sunken"];
const inks: readonly Colour[] = ["ink", "muted", "accent", "good", "weak", "bad", "none", "unparsed"];
const marks: readonly Colour[] = ["kept", "lost", "original", "response", "good", "weak", "bad", "none", "unparsed"];

test.each([
  ["light", 0],
  ["dark", 1],
] as const)("contrast in the %s theme is WCAG AA", (_, theme) => {
  const of = (a: Colour, b: Colour): number => contrast(palette[a][theme], palette[b][theme]);
  for (const ink of inks) for (const ground of grounds) expect(of(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  for (const mark of marks) {
    expect(of(mark, "surface"), `${mark} beside the surface`).toBeGreaterThanOrEqual(3);
    expect(of("onData", mark), `text on ${mark}`).toBeGreaterThanOrEqual(4.5);
  }
  for (const ground of ["added", "removed"] as const) expect(of("ink", ground), `ink on ${ground}`).toBeGreaterThanOrEqual(4.5);
});

test("both themes are in the style, each with a way to choose it", () => {
  const style = themeStyle();
  expect(style).toContain("prefers-color-scheme:dark");
  expect(style).toContain("#theme-light:checked");
  expect(style).toContain("#theme-dark:checked");
  expect(style).toContain(`--page:${palette.page[0]}`);
  expect(style).toContain(`--page:${palette.page[1]}`);
});
