import type { Quota } from "./records/quota.ts";

/** An error that a person can act on: what was expected, what was found, what to do. Printed without a stack trace. */
export class SysGenError extends Error {
  override readonly name: string = "SysGenError";
}

/** Bad usage, configuration or input: the command ends with exit code 2 before anything is paid. */
export class UsageError extends SysGenError {
  override readonly name = "UsageError";
}

/** Kinds of failed model calls, as `sysgen status` counts them. */
export type ModelErrorKind =
  | "rate-limit"
  | "server"
  | "connection"
  | "timeout"
  | "bad-reply"
  | "auth"
  | "not-found"
  | "bad-request"
  | "context-overflow";

export interface ModelErrorOptions {
  readonly retryable?: boolean;
  readonly stops?: "always" | "at-first";
  readonly retryAfterMs?: number | undefined;
  readonly status?: number;
  readonly quota?: Quota | undefined;
  readonly cause?: unknown;
}

/**
 * A model call that brought no reply. `retryable` is decided where the error is made, because only there is it known
 * what happened. `stops` says whether the run should go on asking: `always` when no call can succeed (a wrong key), `at-first` when
 * none can unless one did before (nobody listens, an unknown model).
 */
export class ModelError extends SysGenError {
  override readonly name = "ModelError";
  readonly kind: ModelErrorKind;
  readonly retryable: boolean;
  readonly stops: "always" | "at-first" | "never";
  /** How long the server asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status of the refusal; undefined when there was no reply. */
  readonly status: number | undefined;
  readonly quota: Quota | undefined;
  constructor(kind: ModelErrorKind, message: string, options: ModelErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryable = options.retryable ?? false;
    this.stops = options.stops ?? "never";
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.quota = options.quota;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for the rejection of an operation that an AbortSignal ended. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
