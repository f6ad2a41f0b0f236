import { UsageError } from "../../errors.ts";
import { listModels } from "../../models/openai/list-models.ts";
import { wantsKey } from "../../models/openai/request-headers.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Asker, Question } from "./asker.ts";

/** A server, once it was asked which models it serves. */
export interface Server {
  readonly baseUrl: string;
  readonly apiKeyEnv: string | undefined;
  /** Empty where it did not say. */
  readonly names: readonly string[];
}

/** What is known of a server before it is asked. */
export interface ServerToAsk {
  /** The base URL. Undefined where the user is to give it. */
  readonly baseUrl: string | undefined;
  readonly apiKeyEnv: string | undefined;
  /** What comes before the flags that answer, as in `--judge-base-url`. */
  readonly flags: "--" | "--judge-";
}

/** Asks a server for its models, and the user for an address or a key's variable where needed. */
export async function askServer({ baseUrl, apiKeyEnv, flags }: ServerToAsk, asker: Asker, env: Environment): Promise<Server> {
  const askUrl = (): Promise<string> =>
    asker.text({ text: "The server's base URL, such as http://gpu1:8000/v1", flag: `${flags}base-url <url>` });
  let url = baseUrl ?? (await askUrl());
  let variable = apiKeyEnv;
  for (;;) {
    try {
      const options = { baseUrl: url, apiKeyEnv: variable ?? "OPENAI_API_KEY", timeoutMs: 10_000, env };
      const listed = await asker.wait(`asking ${url} for its models`, listModels(options));
      if ("models" in listed) return { baseUrl: listed.baseUrl, apiKeyEnv: variable, names: listed.models.map(({ id }) => id) };
      asker.say(listed.problem);
      const needsKey = listed.wantsKey || wantsKey(new URL(url));
      if (!needsKey || !asker.canAskAgain || variable !== undefined) return { baseUrl: url, apiKeyEnv: variable, names: [] };
      const question: Question = { text: "Which environment variable holds its key?", flag: `${flags}api-key-env <VAR>` };
      variable = await asker.text(question, "OPENAI_API_KEY");
      if (!env[variable]) asker.say(`${variable} is not set here. Set it before the run.`);
    } catch (error) {
      if (!asker.canAskAgain || !(error instanceof UsageError)) throw error;
      asker.say(error.message);
      url = await askUrl();
    }
  }
}

/** Asks which of a server's models is meant. */
export async function askName(text: string, flag: string, { baseUrl, names }: Server, asker: Asker): Promise<string> {
  const [only] = names;
  if (only === undefined) return asker.text({ text: "The model's name on the server", flag });
  if (names.length > 1)
    return asker.select(
      { text, flag },
      names.map((name) => ({ value: name, label: name })),
      false,
    );
  asker.say(`${baseUrl} serves ${only}.`);
  return only;
}
