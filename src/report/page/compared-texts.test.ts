import { expect, test } from "vitest";
import { written } from "../../../test/fixtures/written-markup.ts";
import { compareTexts, cut } from "./compared-texts.ts";

test("words that one text alone has are marked, those side by side as one", async () => {
  const { original, response } = compareTexts("The sky is very bright blue today.", "The sky is dark today.");
  expect(await written(original)).toBe("The sky is <del>very bright blue </del>today.");
  expect(await written(response)).toBe("The sky is <ins>dark </ins>today.");
});

test("texts are escaped, marked or not", async () => {
  const { original, response } = compareTexts("say <b>hi</b> & go", "say <i>hi</i> & go");
  expect((await written(original)) + (await written(response))).not.toMatch(/<[bi]>/);
  const others = compareTexts("<script>1</script>", "something else altogether, and longer");
  expect(others.isMarked).toBe(false);
  expect(await written(others.original)).toBe("&lt;script&gt;1&lt;/script&gt;");
});

test("scripts without spaces are compared word by word", async () => {
  const { response } = compareTexts("今天天气很好。", "今天天气不好。");
  expect(await written(response)).toContain("<ins>");
  expect(await written(response)).toContain("天气");
});

test("a long text is cut between characters, and says how much is missing", async () => {
  const { text, rest } = cut("ab😀cd", 3);
  expect(text).toBe("ab");
  expect(await written(rest)).toContain("4 more characters");
});
