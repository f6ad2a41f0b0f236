import { expect, test } from "vitest";
import { TextBytes } from "./text-bytes.ts";

test("holds texts one after another as UTF-8, and says how long each is", () => {
  const held = new TextBytes(4);
  const texts = ["a", "ä", "한국어", "𝄞", "x".repeat(100), "\ud800"];
  expect(texts.map((text) => held.add(text))).toEqual(texts.map((text) => Buffer.byteLength(text)));
  held.addNewline();
  held.addBytes(Buffer.from("end"));
  expect(held.bytes.toString()).toBe(`${texts.join("").toWellFormed()}\nend`);
  expect(held.length).toBe(held.bytes.length);
});

test("is used again from its beginning", () => {
  const held = new TextBytes(4);
  expect(held.bytes.length).toBe(0);
  held.add("first, and longer");
  held.clear();
  held.add("next");
  expect(held.bytes.toString()).toBe("next");
  held.add("x".repeat(3_000_000));
  held.clear();
  expect(held.add("short")).toBe(5);
  expect(held.bytes.toString()).toBe("short");
});
