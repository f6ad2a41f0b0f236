import { z } from "zod";
import type { Environment } from "../../platform/environment.ts";
import type { ModelChoice } from "../model-choice.ts";
import { keyIn } from "./backend.ts";
import { Connections } from "./connections.ts";
import { completionsUrl } from "./openai-compatible.ts";
import { proxyOf } from "./proxy.ts";
import { requestHeaders, userHeaders } from "./request-headers.ts";

const tokens = z.number().positive().optional().catch(undefined);

/** How servers name the size: vLLM and SGLang, OpenRouter and Together, LM Studio, llama.cpp. */
const modelSchema = z
  .object({
    id: z.string(),
    max_model_len: tokens,
    context_length: tokens,
    loaded_context_length: tokens,
    max_context_length: tokens,
    meta: z.object({ n_ctx: tokens }).optional().catch(undefined),
  })
  .transform(({ id, meta, ...sizes }) => ({
    id,
    size: sizes.max_model_len ?? sizes.loaded_context_length ?? meta?.n_ctx ?? sizes.context_length ?? sizes.max_context_length,
  }));
const listSchema = z.object({ data: z.array(modelSchema) });

const limits = { timeoutMs: 10_000, mostBytes: 4 * 2 ** 20 };

/** A model of a server's list. */
export interface ListedModel {
  readonly id: string;
  /** Tokens that its context holds. Undefined where the list does not say. */
  readonly size: number | undefined;
}

/**
 * The models that a server lists. Undefined where it has no such list.
 * @param choice A model at one server.
 */
export async function listedModels(
  { baseUrls, apiKeyEnv, headers }: ModelChoice,
  env: Environment,
): Promise<readonly ListedModel[] | undefined> {
  const [baseUrl] = baseUrls;
  if (baseUrl === undefined) return undefined;
  const url = completionsUrl(baseUrl);
  const connections = new Connections(url.origin, proxyOf(url, env)?.url);
  try {
    const path = `${url.pathname.replace(/\/chat\/completions$/, "/models")}${url.search}`;
    const sent = requestHeaders(url, keyIn(env, apiKeyEnv), userHeaders(headers, env));
    const { status, text } = await connections.get({ path, headers: sent, ...limits });
    return status === 200 ? listSchema.safeParse(JSON.parse(text)).data?.data : undefined;
  } catch {
    return undefined;
  } finally {
    await connections.close();
  }
}
