/** A public dataset with a short name. */
export interface KnownSet {
  readonly name: string;
  /** The reference as in `hf:<reference>`. */
  readonly reference: string;
  /** Name of the format. */
  readonly format: string;
  /** SPDX id of the licence by the dataset's card. */
  readonly licence: string;
  /** Number of rows of the train split. */
  readonly rows: number;
  readonly about: string;
}

/** The five sets of the paper (arXiv 2502.11330, section 4.1). */
export const knownSets: readonly KnownSet[] = [
  {
    name: "capybara",
    reference: "LDJnr/Capybara",
    format: "capybara",
    licence: "apache-2.0",
    rows: 16_006,
    about: "multi-turn conversations",
  },
  {
    name: "airoboros",
    reference: "jondurbin/airoboros-3.1",
    format: "sharegpt",
    licence: "apache-2.0",
    rows: 59_277,
    about: "instructions of many kinds, some with a system message",
  },
  {
    name: "orca-math",
    reference: "microsoft/orca-math-word-problems-200k",
    format: "question-answer",
    licence: "mit",
    rows: 200_035,
    about: "word problems",
  },
  {
    name: "metamath",
    reference: "meta-math/MetaMathQA",
    format: "question-answer",
    licence: "mit",
    rows: 395_000,
    about: "mathematics, rephrased questions",
  },
  {
    name: "magicoder",
    reference: "ise-uiuc/Magicoder-Evol-Instruct-110K",
    format: "question-answer",
    licence: "apache-2.0",
    rows: 111_183,
    about: "programming",
  },
];
