import { expect, test } from "vitest";
import { browserCommand } from "./open-browser.ts";

test("a browser is opened where somebody sits before a screen", () => {
  const url = "http://127.0.0.1:1/";
  expect(browserCommand(url, {}, "darwin")).toEqual(["open", url]);
  expect(browserCommand(url, {}, "win32")?.at(-1)).toBe(url);
  expect(browserCommand(url, { DISPLAY: ":0" }, "linux")).toEqual(["xdg-open", url]);
  expect(browserCommand(url, { DISPLAY: "", WAYLAND_DISPLAY: "wayland-0" }, "linux")).toEqual(["xdg-open", url]);
  expect(browserCommand(url, {}, "linux")).toBeUndefined();
  expect(browserCommand(url, { DISPLAY: ":10", SSH_CONNECTION: "x" }, "linux")).toBeUndefined();
});
