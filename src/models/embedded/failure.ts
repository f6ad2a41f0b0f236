import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import type { Failure } from "./engine-messages.ts";

/** Turns an error of the engine's process into a message to the parent. */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  if (error instanceof ModelError) {
    const { kind, retryable } = error;
    const modelKind = kind === "context-overflow" || kind === "bad-request" ? kind : "server";
    return { kind: "model", modelKind, message, retryable };
  }
  return { kind: error instanceof SysGenError ? "sysgen" : "other", message, retryable: false };
}

/** The error that a message of `failureOf` stands for. */
export function errorOf({ kind, modelKind, message, retryable }: Failure): Error {
  if (kind === "model") return new ModelError(modelKind ?? "server", message, { retryable });
  return kind === "sysgen" ? new SysGenError(message) : new Error(message);
}
