import { z } from "zod";
import { assetText } from "./asset.ts";

/** What Punkt learnt of English from the Wall Street Journal. All words are in small letters. */
export interface PunktModel {
  /** Without their last period. */
  readonly abbreviations: ReadonlySet<string>;
  /** Two words with a space between them. The period after the first of them ends no sentence. */
  readonly collocations: ReadonlySet<string>;
  /** Words that often begin a sentence. */
  readonly starters: ReadonlySet<string>;
  /** Words that were seen in small letters. */
  readonly small: ReadonlySet<string>;
  /** Those of them that were also seen with a capital letter within a sentence. */
  readonly smallAndCapital: ReadonlySet<string>;
}

const setOf = z.array(z.string()).transform((words): ReadonlySet<string> => new Set(words));
const spacedSet = z.string().transform((words): ReadonlySet<string> => new Set(words.split(" ")));
const schema = z.object({
  abbreviations: setOf,
  collocations: setOf,
  starters: setOf,
  small: spacedSet,
  smallAndCapital: spacedSet,
});

let model: PunktModel | undefined;

/** The model of NLTK's `punkt_tab`. It is read when the first text is counted. */
export function punktEnglish(): PunktModel {
  if (model === undefined) {
    const { small, smallAndCapital, ...rest } = schema.parse(JSON.parse(assetText("punkt-english.json.gz")));
    model = { ...rest, small: new Set([...small, ...smallAndCapital]), smallAndCapital };
  }
  return model;
}
