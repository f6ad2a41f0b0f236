import type { Quota } from "./records/quota.ts";
import { redact } from "./secrets.ts";

/**
 * An error that a person can act on. Its message says what was expected, what was found and what to
 * do. The CLI prints the message without a stack trace. It holds no secret, because it is also
 * stored as a row's reason.
 */
export class SysGenError extends Error {
  override readonly name: string = "SysGenError";
  constructor(message: string, options?: ErrorOptions) {
    super(redact(message), options);
  }
}

/** Bad usage, configuration or input. The command ends with exit code 2 before anything is paid. */
export class UsageError extends SysGenError {
  override readonly name: string = "UsageError";
}

/** Another process is at work in a run directory. The command has an exit code for it. */
export class RunInUse extends UsageError {}

/** Something that the command needs is not to be had now. The same command may succeed later. */
export class Outage extends SysGenError {}

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

/** Optional facts about a failed model call. See the fields of `ModelError`. */
export interface ModelErrorOptions {
  /** Default false. */
  readonly retryable?: boolean;
  /** Default `never`. */
  readonly stops?: "always" | "at-first";
  readonly retryAfterMs?: number | undefined;
  readonly status?: number;
  readonly quota?: Quota | undefined;
  readonly cause?: unknown;
}

/** A model call that brought no reply. */
export class ModelError extends SysGenError {
  override readonly name = "ModelError";
  readonly kind: ModelErrorKind;
  /**
   * Whether the same request may succeed later. Decided where the error is made, because only that
   * code knows what happened.
   */
  readonly retryable: boolean;
  /**
   * Whether the run stops asking. `always` means that no call can succeed, for example because the
   * key is wrong. `at-first` means that no call can succeed unless an earlier one did, for example
   * because no server listens or the model is unknown. `never` means that the error alone does not
   * stop the run.
   */
  readonly stops: "always" | "at-first" | "never";
  /**
   * How long the server asked the client to wait, in milliseconds. Undefined when it did not say.
   */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status of the refusal. Undefined when there was no reply. */
  readonly status: number | undefined;
  /** What the reply's headers say of the user's quota. */
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

  /** The same error in other words, and with these facts changed. */
  saying(message: string, change: Pick<ModelErrorOptions, "retryable" | "stops"> = {}): ModelError {
    return new ModelError(this.kind, message, {
      retryable: this.retryable,
      ...(this.stops === "never" ? {} : { stops: this.stops }),
      retryAfterMs: this.retryAfterMs,
      ...(this.status === undefined ? {} : { status: this.status }),
      quota: this.quota,
      ...change,
      cause: this.cause,
    });
  }
}

/**
 * The text of anything that was thrown, without secrets. An `Error` gives its message, anything
 * else `String(error)`.
 */
export function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}

/** True for the error of an operation that an `AbortSignal` ended. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
