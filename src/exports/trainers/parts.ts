import { stringify } from "yaml";
import type { ExportFacts, ExportedSplit } from "./trainer.ts";

/** The model that the files name until a person changes it. */
export const baseModel = "meta-llama/Llama-3.1-8B-Instruct";

/**
 * The SysGen paper's settings for full fine-tuning, where the paper has them. `maxLength` is in
 * tokens. With LoRA, rates near `loraLearningRate` are usual.
 */
export const settings = {
  learningRate: "1.0e-6",
  loraLearningRate: "1.0e-4",
  batchSize: 4,
  accumulation: 2,
  maxLength: 4096,
  warmupSteps: 10,
  epochs: 3,
} as const;

/** How strongly DPO holds the model to what it was, as in arXiv 2305.18290, section 6. */
export const dpoBeta = 0.1;

/** The note on what a pair is. */
export const pairsNote =
  "Each row is a prompt with its system message, the response that obeys it (`chosen`) and the dataset's own (`rejected`). A judge saw both orders and preferred the first in each. DPO is usually run on a model after SFT.";

/** The split to train on, which is `train` or else the first split that has rows. */
export function trainingSplit({ splits }: ExportFacts): ExportedSplit | undefined {
  const filled = splits.filter(({ rows }) => rows > 0);
  return filled.find(({ name }) => name === "train") ?? filled[0];
}

/**
 * The split to measure the loss on while training. A loader fails on a file without rows, so an
 * empty split does not count.
 */
export function validationSplit({ splits }: ExportFacts): ExportedSplit | undefined {
  return splits.find(({ name, rows }) => name === "validation" && rows > 0);
}

/** Text as a YAML scalar on one line, quoted where YAML 1.1 (PyYAML) would read something else. */
export function scalar(text: string): string {
  return stringify(text, { lineWidth: 0, version: "1.1", defaultStringType: "PLAIN", blockQuote: false }).trimEnd();
}

/** Text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./=:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A command, and the same one for a machine without a GPU. `npm run check:trainers` reads the
 * further options out of the README.
 */
export function commandWithCpu(command: string, cpuOptions: string): string {
  return `${command}\n# without a GPU:\n${command} ${cpuOptions}`;
}

/** The page that every README has, with a title, files, commands, and notes. */
export function page(title: string, facts: ExportFacts, commands: string, notes: readonly string[]): string {
  const files = facts.splits.map(({ name, file, rows }) => `| ${name} | \`${file}\` | ${rows} |`).join("\n");
  return `# ${facts.datasetName} for ${title}

| split | file | rows |
| --- | --- | --- |
${files}

Rows are in the format \`${facts.format}\`. Run this in this folder:

\`\`\`sh
${commands}
\`\`\`

${notes.map((note) => `- ${note}`).join("\n")}
`;
}

/** The note on system messages of every trainer that renders the model's own chat template. */
export function systemNote({ hasSystem }: ExportFacts): string[] {
  if (!hasSystem) return [];
  return [
    "The model's chat template must take a system message. Gemma 2's does not: for it, export with `--system-role first-user`, which puts the system message before the first user message.",
  ];
}
