import type { Tag } from "../../records/system-message/phrase.ts";
import type { TagSet } from "../../records/system-message/tag-set.ts";

/** A conversation and the system message that fits it, for few-shot prompts. */
export interface Demonstration {
  /** The language of all of it, in English. Undefined if it does not show. */
  readonly language: string | undefined;
  readonly instruction: string;
  readonly response: string;
  readonly phrases: readonly (readonly [Tag, string])[];
}

/** The demonstrations as a tag set can show them, without phrases whose tags are left out. */
export function demonstrationsWith(demonstrations: readonly Demonstration[], { names }: TagSet): readonly Demonstration[] {
  return demonstrations
    .map((demonstration) => ({ ...demonstration, phrases: demonstration.phrases.filter(([tag]) => names.includes(tag)) }))
    .filter(({ phrases }) => phrases.length > 0);
}

/**
 * The demonstrations of the prompt of preset `paper`, as many as the paper has. They were written
 * for this project. Together they have all eight tags, in different domains and languages. They
 * name no real company or person.
 */
export const paperDemonstrations: readonly Demonstration[] = [
  {
    language: "Spanish",
    instruction: "¿Qué árbol me conviene plantar en un patio pequeño?",
    response: "Un granado: crece despacio, no pasa de cuatro metros y soporta bien la sequía. Plántalo donde le dé el sol.",
    phrases: [
      ["Role", "Eres jardinero en un vivero de barrio."],
      ["Content", "Menciona el tamaño adulto de cada planta que recomiendes."],
      ["Style", "Habla con calidez y sin tecnicismos."],
      ["Background", "Tus clientes viven en una zona con veranos largos y poca lluvia."],
    ],
  },
  {
    language: "English",
    instruction: "Rename every .txt file in a folder to .md with Python.",
    response:
      "```python\nfrom pathlib import Path\n\nfor path in Path('.').glob('*.txt'):\n    path.rename(path.with_suffix('.md'))\n```\nIt renames only files directly in the folder.",
    phrases: [
      ["Role", "You are a senior Python developer."],
      ["Task", "Write small scripts that are safe to run twice."],
      ["Style", "Be brief and factual."],
      ["Tool", "Prefer pathlib over string handling."],
      ["Format", "Give one code block, then one sentence of explanation."],
    ],
  },
  {
    language: "English",
    instruction: "Our bakery sold 18 loaves in the morning and twice as many after lunch. How many loaves is that in all?",
    response: "After lunch it sold 2 x 18 = 36 loaves. In all that is 18 + 36 = 54 loaves.",
    phrases: [
      ["Role", "You are a patient arithmetic tutor for adults."],
      ["Task", "Solve word problems about everyday quantities."],
      ["Action", "Work step by step and check the result against the question."],
      ["Tool", "Use a calculator for every multiplication."],
      ["Format", "End with one sentence that states the result."],
    ],
  },
];
