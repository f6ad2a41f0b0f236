/** The sources of Multifaceted Bench, as the papers' tables name them. */
export const sourceGroups = ["AlpacaEval", "FLASK", "Koala", "MT-Bench", "Self-Instruct"] as const;

/**
 * Labels of FLASK's subsets (github.com/kaistAI/FLASK, evaluation_set), in lower case. Those that
 * begin with a family's name are found by it. `self-instruct`, `koala` and `vicuna` are not here,
 * because other sources have them too.
 */
const flaskLabels: ReadonlySet<string> = new Set([
  "agieval - math (amc + aime)",
  "alpha-nlg (art)",
  "asqa",
  "barda",
  "bbh",
  "bbq",
  "canard",
  "cicero",
  "cola",
  "common_gen",
  "commonsenseqa 2.0",
  "concode",
  "conditionalqa",
  "contractnli",
  "cosqa",
  "crepe",
  "decontextualization",
  "delta-nli",
  "diffqg",
  "e-care",
  "e2e_nlg",
  "ethics_commonsense",
  "ethics_deontology",
  "ethics_justice",
  "ethics_virtue",
  "factscore",
  "fairytaleqa",
  "faviq",
  "fetaqa",
  "fever",
  "finegrained-rlhf",
  "finqa",
  "folio",
  "gpt-4 paper",
  "gsm8k",
  "hades",
  "haiku generation",
  "hh-rlhf",
  "hhh-alignment",
  "hotpotqa",
  "humaneval",
  "inscit",
  "jailbreak_llms",
  "leetcode",
  "lfqa_discourse",
  "lfqa_summary",
  "mbpp",
  "mmlu",
  "open relation modeling",
  "piqa",
  "pocketdoc/rucaibox-story-generation-alpaca",
  "popqa",
  "prm800k",
  "proscript",
  "prosocialdialog",
  "real toxicity prompts",
  "realtimeqa",
  "resq (real-world spatial question answering)",
  "romqa",
  "saycan",
  "scone",
  "shp",
  "soda",
  "strategyqa",
  "textbookqa",
  "theoremqa",
  "timedial",
  "timetravel",
  "topiocqa",
  "truthfulqa",
  "vitaminc fact verification",
  "wikitablequesitons",
  "winogender",
  "writingprompts",
  "wizardlm",
]);

/**
 * The group of a row's `source`, which has 123 fine-grained values on the hub. The mapping is not
 * published, so it is inferred from the labels of the five sources. A label of several sources goes
 * to the one that has its name. Others are `unmapped`.
 */
export function sourceGroupOf(source: string): string {
  const label = source.trim().toLowerCase();
  const named = sourceGroups.find((group) => squeezed(label).includes(squeezed(group)));
  if (named !== undefined) return named;
  if (label === "user_oriented" || label.startsWith("user-oriented")) return "Self-Instruct";
  if (["helpful_base", "oasst", "vicuna", "alpaca"].some((part) => label.includes(part))) return "AlpacaEval";
  if (flaskLabels.has(label) || /^(?:bigbench|inverse scaling prize):/.test(label)) return "FLASK";
  return "unmapped";
}

function squeezed(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, "");
}
