import { z } from "zod";
import { UsageError, messageOf } from "../../errors.ts";
import { Connections } from "../../models/openai/connections.ts";
import { excerpt } from "../../models/openai/excerpt.ts";
import { proxyOf } from "../../models/openai/proxy.ts";
import { requestHeaders } from "../../models/openai/request-headers.ts";
import type { Environment } from "../../platform/environment.ts";
import type { HarnessModel } from "./model.ts";
import type { HarnessTask } from "./tasks.ts";

type Server = Extract<HarnessModel, { readonly kind: "server" }>;

const chatReply = z.object({ choices: z.array(z.object({ message: z.object({}) })).min(1) });
/** A prompt with the log-probability of each of its tokens. The first token has none. */
const scoredPrompt = z.object({
  choices: z
    .array(
      z.object({
        logprobs: z.object({ token_logprobs: z.array(z.number().nullable()).min(3), top_logprobs: z.array(z.unknown()).min(3) }),
      }),
    )
    .min(1),
});

/** A prompt of tokens that every vocabulary has. */
const tokenIds = [11, 12, 13, 14, 15];

const timeoutMs = 60_000;
const mostBytes = 2 ** 20;

/**
 * Asks a server for what tasks will ask it, by one call of each kind.
 * @throws UsageError when it does not answer, and for a task of choices when it gives no
 * log-probabilities of a prompt. The error names the task that can be taken instead.
 */
export async function checkHarnessServer(server: Server, tasks: readonly HarnessTask[], env: Environment): Promise<void> {
  const url = new URL(server.baseUrl.replace(/\/+$/, ""));
  const connections = new Connections(url.origin, proxyOf(url, env)?.url);
  const headers = requestHeaders(url, server.apiKey, {});
  const ask = async (path: string, body: object): Promise<{ readonly status: number; readonly text: string }> => {
    const bytes = Buffer.from(JSON.stringify({ model: server.model, max_tokens: 1, temperature: 0, ...body }));
    try {
      return await connections.post({ path: `${url.pathname}${path}`.replace(/^\/\//, "/"), headers, timeoutMs, mostBytes }, () => bytes);
    } catch (error) {
      throw new UsageError(`${url.host} does not answer at ${path}: ${messageOf(error)}. Is the server running at ${server.baseUrl}?`);
    }
  };
  try {
    if (tasks.some(({ answers }) => answers === "text")) {
      const { status, text } = await ask("/chat/completions", { messages: [{ role: "user", content: "Say yes." }] });
      if (!fits(chatReply, text)) throw new UsageError(`${url.host} answers ${status} to a chat of ${server.model}: ${excerpt(text)}`);
    }
    const choices = tasks.filter(({ answers }) => answers === "choices");
    if (choices.length === 0) return;
    // The harness sends ids of tokens. A server that tokenizes a text may put a token before it,
    // and the probabilities would be those of other tokens.
    const { status, text } = await ask("/completions", { prompt: [tokenIds], logprobs: 1, echo: true });
    if (status === 200 && fits(scoredPrompt, text)) return;
    throw new UsageError(
      `${url.host} gives no log-probabilities of a prompt of token ids (POST /completions with echo and logprobs, answered ${status}), which ${choices.map(({ name }) => name).join(", ")} compare${choices.length === 1 ? "s" : ""}. ${adviceOn(choices)}`,
    );
  } finally {
    await connections.close();
  }
}

function adviceOn(tasks: readonly HarnessTask[]): string {
  const instead = tasks.flatMap(({ name, substitute }) => (substitute === undefined ? [] : [`${substitute} for ${name}`]));
  const none = tasks.filter(({ substitute }) => substitute === undefined).map(({ name }) => name);
  return [
    "Give the folder of the weights instead, which has them.",
    ...(instead.length > 0
      ? [`Or take what a chat endpoint can answer: ${instead.join(", ")} (another measure, not to be compared).`]
      : []),
    ...(none.length > 0 ? [`There is none for ${none.join(", ")}.`] : []),
  ].join(" ");
}

function fits(schema: z.ZodType, text: string): boolean {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
