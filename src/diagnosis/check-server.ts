import { ModelError } from "../errors.ts";
import { backendOf } from "../models/index.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { CallContext, ModelCall, ModelReply } from "../models/model.ts";
import { listModels } from "../models/openai/list-models.ts";
import type { ListedModel } from "../models/openai/served-models.ts";
import { addressOfServer } from "../models/openai/openai-compatible.ts";
import { probeConstraint } from "../models/openai/probe-constraint.ts";
import type { ConstraintField } from "../models/openai/wire.ts";
import { proxyOf } from "../models/openai/proxy.ts";
import { RetryBudget } from "../models/retry-budget.ts";
import { unreachableCure } from "../models/unreachable.ts";
import type { Environment } from "../platform/environment.ts";
import type { Quota } from "../records/quota.ts";
import { failed, ok, warning, type Check } from "./check.ts";

export interface CheckServerOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Whether the model's replies are held to a form, so that a constraint is of use. */
  readonly isConstrained: boolean;
  /** Whether the model is asked for verdicts, so that log-probabilities are of use. */
  readonly isJudge: boolean;
  /** Tokens that the longest prompt of a usual row and its reply take. */
  readonly neededTokens: number;
  /** Told of each call that the server may bill. */
  readonly onPaid: () => void;
}

const purpose = { name: "doctor", rank: 0 };
/** A model may have to be loaded for its first call. */
const longestMs = 60_000;
const longestListMs = 10_000;

/** A question with two answers, so that a server that can tells its log-probabilities. */
const question: ModelCall = {
  messages: [{ role: "user", content: "Is water wet? Answer Yes or No." }],
  sampling: { temperature: 0, maxOutputTokens: 16 },
  questions: [{ text: "", labels: ["Yes", "No"] }],
  attempt: 0,
  round: 0,
};

/** What a server was found to do: its address, its model, and what is asked of it. */
export async function checkServer(choice: ModelChoice, baseUrl: string, options: CheckServerOptions): Promise<Check[]> {
  const { env, signal, isJudge, onPaid } = options;
  const one: ModelChoice = { ...choice, baseUrls: [baseUrl], timeoutMs: Math.min(choice.timeoutMs, longestMs) };
  const proxy = proxyOf(new URL(baseUrl), env);
  const through = proxy === undefined ? [] : [ok("proxy", `reached through the proxy of ${proxy.variable}`)];
  const ask = asker(one, { env, signal, onPaid });
  let reply: ModelReply;
  try {
    reply = await ask("none", { ...question, request: choice.request });
  } catch (error) {
    if (error instanceof ModelError) return [...through, ...checksOf(error, choice, addressOfServer(baseUrl))];
    throw error;
  }
  const { apiKeyEnv, headers } = choice;
  const list = await listModels({ baseUrl, apiKeyEnv, headers, timeoutMs: longestListMs, env });
  const listed = "models" in list ? list.models : undefined;
  const size = listed?.find(({ id }) => id === choice.model)?.size;
  return [
    ok("server", `${addressOfServer(baseUrl)} answered in ${Math.round(reply.tookMs ?? 0)} ms`),
    ...through,
    ok("key", "accepted, or none is wanted"),
    checkName(choice.model, listed),
    ...(choice.request === undefined ? [] : [ok("request", `its fields are taken: ${Object.keys(choice.request).join(", ")}`)]),
    checkQuota(reply.quota),
    ...(isJudge ? [checkScores(reply)] : []),
    checkContext(size, options.neededTokens, longerContext),
    ...(options.isConstrained ? [await checkConstraint(one, ask)] : []),
  ];
}

type Ask = (field: ConstraintField, call: ModelCall) => Promise<ModelReply>;

/** Asks once, without a journal and without retries. */
function asker(choice: ModelChoice, { env, signal, onPaid }: Pick<CheckServerOptions, "env" | "signal" | "onPaid">): Ask {
  return async (field, call) => {
    signal.throwIfAborted();
    const tried = { ...choice, constraintField: field };
    const replicas = await backendOf(tried).open(tried, { env, onNotice: () => {}, mustConstrain: true });
    const context: CallContext = { purpose, signal, budget: new RetryBudget(0) };
    try {
      const [first] = replicas;
      if (first === undefined) throw new RangeError("a server without a replica");
      const reply = await first.model.call(call, context);
      onPaid();
      return reply;
    } finally {
      for (const { model } of replicas) await model.close();
    }
  };
}

/** What an error says of the server, its key and its model. */
function checksOf(error: ModelError, { apiKeyEnv }: ModelChoice, address: string): Check[] {
  const { kind, message } = error;
  const answers = ok("server", `${address} answers`);
  if (kind === "auth")
    return [
      answers,
      failed("key", message, `Put a key that the server accepts into the variable ${apiKeyEnv}, or name another with --api-key-env.`),
    ];
  if (kind === "not-found")
    return [
      answers,
      failed("model", message, "Name a model that the server serves with --model, and its address up to /v1 with --base-url."),
    ];
  if (kind === "bad-request") return [answers, failed("request", message, "Mend what the server refuses.")];
  if (kind === "rate-limit") return [answers, warning("rate limit", message, "Wait, or ask for a higher quota. A run waits by itself.")];
  return [failed("server", message, unreachableCure)];
}

/** Names that a sentence shows. */
const mostNames = 5;

/** Some servers answer to every name. The data would then name a model that does not exist. */
function checkName(model: string, listed: readonly ListedModel[] | undefined): Check {
  if (listed === undefined || listed.length === 0 || listed.some(({ id }) => id === model)) return ok("model", `${model} is served`);
  const names = listed.slice(0, mostNames).map(({ id }) => id);
  const more = listed.length > names.length ? ` and ${listed.length - names.length} more` : "";
  return warning(
    "model",
    `${model} is answered for, and the server lists ${names.join(", ")}${more}`,
    "Name the model as the server does, because the data names it.",
  );
}

function checkQuota(quota: Quota | undefined): Check {
  if (quota === undefined) return ok("rate limit", "no headers tell of one: the limit of calls at once is found by trying");
  const { requestsLeft, tokensLeft } = quota;
  const left = [requestsLeft === undefined ? "" : `${requestsLeft} requests`, tokensLeft === undefined ? "" : `${tokensLeft} tokens`];
  return ok("rate limit", `headers tell of one, with ${left.filter(Boolean).join(" and ")} left`);
}

function checkScores({ scores }: ModelReply): Check {
  if (scores !== undefined) return ok("log-probabilities", "told, so that verdicts have a score");
  return warning(
    "log-probabilities",
    "not told: verdicts are plain yes or no",
    "Take a judge whose server tells them, or set verify.votes (docs/judge.md).",
  );
}

const longerContext = "Serve the model with a longer context (--max-model-len of vLLM, --ctx-size of llama.cpp, OLLAMA_CONTEXT_LENGTH).";

/** @param cure How to have a longer context. */
export function checkContext(context: number | undefined, needed: number, cure: string): Check {
  const need = `a usual row needs about ${needed} tokens`;
  if (context === undefined) return ok("context", `the server does not tell its size; ${need}`);
  const found = `${context} tokens, and ${need}`;
  if (context >= 2 * needed) return ok("context", found);
  return context < needed ? failed("context", found, cure) : warning("context", `${found}: longer rows do not fit`, cure);
}

/** `auto` is tried with all its fields, and a field that is named is tried itself. */
async function checkConstraint(choice: ModelChoice, ask: Ask): Promise<Check> {
  const { constraintField: named } = choice;
  const name = "constraint";
  if (named === "none") return ok(name, "none is asked for");
  const fields = named === "auto" ? backendOf(choice).constraints : [named];
  let field: ConstraintField;
  try {
    ({ field } = await probeConstraint(choice, fields, ask));
  } catch (error) {
    // The server took the first call, and refuses what follows.
    if (error instanceof ModelError) return failed(name, error.message, "Mend what the server refuses.");
    throw error;
  }
  if (field !== "none") return ok(name, `replies are held to a form, by ${field}`);
  const cure = "Tags that are malformed are mended or removed. A server such as vLLM or llama.cpp holds replies to their form.";
  return named === "auto"
    ? warning(name, `replies are held to no form (tried ${fields.join(", ")})`, cure)
    : failed(name, `--constrain ${named} is not enforced`, "Use --constrain auto, which finds out what is.");
}
