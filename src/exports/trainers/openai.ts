import { page, shellWord, trainingSplit, validationSplit } from "./parts.ts";
import type { ExportFacts, Trainer } from "./trainer.ts";

/**
 * OpenAI's fine-tuning service. It takes JSON Lines of `messages` (and `tools`), refuses keys that
 * it does not know, and needs no configuration file.
 */
export const openai: Trainer = {
  name: "openai",
  formats: ["messages"],
  toolFormats: ["messages"],
  ending: ".jsonl",
  extraColumns: false,
  jsonText: { tools: false, arguments: true },
  configFiles: () => [],
  readme: (facts) =>
    page("OpenAI fine-tuning", facts, commands(facts), [
      "Each upload answers with an `id` (`file-...`): put it in the place of `TRAINING_FILE_ID` and `VALIDATION_FILE_ID`. Change `model` to one that your account may train.",
      'The service wants at least 10 rows. The loss falls on assistant messages; a message with `"weight": 0` is left out of it.',
    ]),
};

function commands(facts: ExportFacts): string {
  const validation = validationSplit(facts);
  const files = [trainingSplit(facts)?.file ?? "train.jsonl", ...(validation === undefined ? [] : [validation.file])];
  const uploads = files.map(
    (file) =>
      `curl https://api.openai.com/v1/files -H "Authorization: Bearer $OPENAI_API_KEY" -F purpose=fine-tune -F ${shellWord(`file=@${file}`)}`,
  );
  const job = JSON.stringify({
    model: "gpt-4.1-mini-2025-04-14",
    training_file: "TRAINING_FILE_ID",
    ...(validation === undefined ? {} : { validation_file: "VALIDATION_FILE_ID" }),
  });
  const create = `curl https://api.openai.com/v1/fine_tuning/jobs -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" -d '${job}'`;
  return [...uploads, create].join("\n");
}
