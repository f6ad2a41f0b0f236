import type { Environment } from "../../platform/environment.ts";
import type { Backend } from "../backend.ts";
import { addressOfServer, checkServer, openAiCompatible } from "./openai-compatible.ts";
import { proxyOf } from "./proxy.ts";
import { userHeaders } from "./request-headers.ts";
import { outputFormOf } from "./wire.ts";

/** Calls at once that one server is reckoned to take. */
const likelyCallsPerServer = 32;

/** Models behind servers that speak the OpenAI chat-completions protocol. */
export const openAiServers: Backend = {
  name: "openai",
  serves: ({ baseUrls }) => baseUrls.length > 0,
  async identify({ model, baseUrls, apiKeyEnv, constraintField, outputForm, request }, env) {
    const key = keyIn(env, apiKeyEnv);
    for (const baseUrl of baseUrls) checkServer(baseUrl, key === undefined ? undefined : [apiKeyEnv, key]);
    return { name: model, outputForm: outputForm ?? outputFormOf(constraintField), questionsAtOnce: "one", request };
  },
  likelyConcurrency: ({ concurrency, baseUrls }) => concurrency ?? likelyCallsPerServer * baseUrls.length,
  // A grammar holds the published form itself, so the ways of vLLM come before JSON.
  constraints: ["structured-outputs", "json-schema", "guided", "grammar", "ebnf"],
  async open(
    { model, baseUrls, apiKeyEnv, headers: templates, timeoutMs, constraintField, outputForm, request },
    { env, onNotice, mustConstrain },
  ) {
    const apiKey = keyIn(env, apiKeyEnv);
    const headers = userHeaders(templates, env);
    // Servers of the same weights refuse the same fields of a request, and each would say so.
    const said = new Set<string>();
    const sayOnce = (text: string): void => {
      if (said.has(text)) return;
      said.add(text);
      onNotice(text);
    };
    return baseUrls.map((baseUrl) => {
      const { batch, ...opened } = openAiCompatible({
        model,
        baseUrl,
        apiKey,
        apiKeyEnv,
        headers,
        proxy: proxyOf(new URL(baseUrl), env),
        timeoutMs,
        constraintField: constraintField === "auto" ? "none" : constraintField,
        request,
        mustConstrain,
        onNotice: sayOnce,
      });
      return { address: addressOfServer(baseUrl), model: { ...opened, outputForm: outputForm ?? outputFormOf(constraintField) }, batch };
    });
  },
};

/** The key without the blanks around it. Undefined when there is none. */
export function keyIn(env: Environment, variable: string): string | undefined {
  return env[variable]?.trim() || undefined;
}
