import { stringify } from "yaml";
import type { Answered } from "./answers.ts";
import { dataWords } from "./ask-data.ts";

/**
 * The config file for the answers, with comments.
 * @param schema Where config-schema.json is, as an editor finds it.
 */
export function configText(answers: Answered, schema: string): string {
  const {
    input,
    instructionColumn,
    responseColumn,
    data,
    sample,
    model,
    baseUrl,
    apiKeyEnv,
    judgeModel,
    judgeBaseUrl,
    judgeApiKeyEnv,
    out,
  } = answers;
  const groups = [
    group(
      "The options of sysgen run, preview, estimate and judge. Flags win over this file.\nPaths are from the folder that sysgen is started in. sysgen run --help says what each key is.",
    ),
    group(`The data: ${dataWords(data)}.`, { input, instructionColumn, responseColumn }),
    data.withSystemMessage > 0
      ? group("Rows that hold a system message already: drop, or replace it with a new one.", { existingSystem: "drop" })
      : "",
    sample === undefined
      ? group("All rows are taken. To take some, drawn at random:", {}, { sample: 100 })
      : group("Rows drawn at random. A larger number keeps these and adds others. Without it, all are taken.", { sample }),
    group(
      baseUrl === undefined
        ? "The model that writes, in process. Or a server, with the name that it gives its model:"
        : "The model that writes, and its server. The key is in the environment variable:",
      { model, baseUrl: single(baseUrl), apiKeyEnv },
      baseUrl === undefined ? { baseUrl: "http://gpu1:8000/v1" } : apiKeyEnv === undefined ? { apiKeyEnv: "OPENAI_API_KEY" } : {},
    ),
    group(
      judgeModel === undefined && judgeBaseUrl === undefined
        ? "The judge is the same model. One of another family sees more faults:"
        : "The model that judges the system messages:",
      { judgeModel, judgeBaseUrl: single(judgeBaseUrl), judgeApiKeyEnv },
      judgeModel === undefined && judgeBaseUrl === undefined ? { judgeModel: "another-model", judgeBaseUrl: "http://gpu2:8000/v1" } : {},
    ),
    group("The run directory. The same command again goes on there, and pays no call twice.", {
      out,
    }),
    group("Stop before more than this is spent. Dollars need a known price.", {}, { maxCost: 5, maxCalls: 10_000 }),
    group("The method as published, without what sysgen adds to it.", {}, { preset: "paper" }),
  ];
  return `# yaml-language-server: $schema=${schema}\n${groups.filter((text) => text !== "").join("\n")}`;
}

type Keys = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Keys below a comment. Those that are not in use are comments themselves. */
function group(comment: string, keys: Keys = {}, unused: Keys = {}): string {
  const lines = (some: Keys, mark: string): string[] =>
    Object.entries(some).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [
            `${mark}${stringify({ [key]: value }, { lineWidth: 0, collectionStyle: "any" })
              .trimEnd()
              .replaceAll("\n", `\n${mark}`)}`,
          ],
    );
  return `${[...comment.split("\n").map((line) => `# ${line}`), ...lines(keys, ""), ...lines(unused, "# ")].join("\n")}\n`;
}

function single(urls: readonly string[] | undefined): string | readonly string[] | undefined {
  return urls?.length === 1 ? urls[0] : urls;
}
