import { z } from "zod";
import { kind } from "../instruction.ts";
import { countOf, space, strip } from "../reference/python-text.ts";
import { count, none, text } from "./settings.ts";

const shortPostscript = new RegExp(String.raw`p\.[${space}]?s\.`, "u");
const longPostscript = new RegExp(String.raw`p\.[${space}]?p\.[${space}]?s`, "u");

/** Placeholders are in square brackets, as in [address]. */
export const numberPlaceholders = kind(
  z.object({ num_placeholders: count }),
  (response, { num_placeholders }) => countOf(response, /\[[^\n]*?\]/g) >= num_placeholders,
);

/** A postscript's mark stands somewhere. Case does not matter. */
export const postscript = kind(z.object({ postscript_marker: text }), (response, { postscript_marker }) => {
  const small = response.toLowerCase();
  const marker = strip(postscript_marker);
  if (marker === "P.S.") return shortPostscript.test(small);
  if (marker === "P.P.S") return longPostscript.test(small);
  return small.includes(marker.toLowerCase());
});

/** The response begins with the request, word for word. Case does not matter. */
export const repeatPrompt = kind(z.object({ prompt_to_repeat: text }), (response, { prompt_to_repeat }) =>
  strip(response).toLowerCase().startsWith(strip(prompt_to_repeat).toLowerCase()),
);

/** Two responses that differ, with `******` between them. */
export const twoResponses = kind(none, (response) => {
  const parts = response.split("******").map(strip);
  const filled = parts.filter((part) => part !== "");
  return !parts.slice(1, -1).includes("") && filled.length === 2 && filled[0] !== filled[1];
});

/** The response ends with a phrase. Case and double quotes around the response do not matter. */
export const endChecker = kind(z.object({ end_phrase: text }), (response, { end_phrase }) =>
  strip(response).replace(/"+$/, "").toLowerCase().endsWith(strip(end_phrase).toLowerCase()),
);

/** The whole response is in double quotes. */
export const quotation = kind(none, (response) => /^"[^]*"$/.test(strip(response)));

export const noComma = kind(none, (response) => !response.includes(","));
