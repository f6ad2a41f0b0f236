import type { Attributes } from "@opentelemetry/api";
import type { ModelReply } from "../models/model.ts";

// Names and bucket boundaries of OpenTelemetry's semantic conventions for generative AI
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/). The conventions are still in development.
// A change in them changes only this file.

export const operation = "chat";

export const durationMetric = {
  name: "gen_ai.client.operation.duration",
  options: {
    unit: "s",
    description: "GenAI operation duration.",
    advice: { explicitBucketBoundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] },
  },
};

export const tokenMetric = {
  name: "gen_ai.client.token.usage",
  options: {
    unit: "{token}",
    description: "Number of input and output tokens used.",
    advice: { explicitBucketBoundaries: Array.from({ length: 14 }, (_, power) => 4 ** power) },
  },
};

/** What is known of a call before its reply. */
export interface CallIdentity {
  readonly phase: string;
  readonly model: string;
  /** Host, port and path of the server. Undefined for a model in this process. */
  readonly endpoint?: string | undefined;
}

/**
 * The attributes that a call's span and metrics share. By the convention, a server's provider is
 * the one whose protocol it speaks.
 */
export function callAttributes({ phase, model, endpoint }: CallIdentity): Attributes {
  return {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": endpoint === undefined ? "llama.cpp" : "openai",
    "gen_ai.request.model": model,
    ...serverAttributes(endpoint),
    "sysgen.phase": phase,
  };
}

/**
 * The attributes of a reply in the call's span. Token counts are left out when the server reports
 * none.
 */
export function replyAttributes({ usage, finishReason }: ModelReply): Attributes {
  return {
    "gen_ai.response.finish_reasons": [finishReason.replace("-", "_")],
    ...(reportsUsage({ usage })
      ? { "gen_ai.usage.input_tokens": usage.inputTokens, "gen_ai.usage.output_tokens": usage.outputTokens }
      : {}),
  };
}

/** Whether the server reported token counts. Counts of 0 stand for no report. */
export function reportsUsage({ usage }: Pick<ModelReply, "usage">): boolean {
  return usage.inputTokens > 0 || usage.outputTokens > 0;
}

/**
 * The host and port of an endpoint. The port is left out when the endpoint has none, because the
 * default port depends on the protocol, which an endpoint does not tell.
 */
export function serverAttributes(endpoint: string | undefined): Attributes {
  if (endpoint === undefined || !URL.canParse(`none://${endpoint}`)) return {};
  const { hostname, port } = new URL(`none://${endpoint}`);
  return { "server.address": hostname.replace(/^\[|\]$/g, ""), ...(port === "" ? {} : { "server.port": Number(port) }) };
}
