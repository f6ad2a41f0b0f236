import type { Purpose } from "../records/purpose.ts";
import type { Quota } from "../records/quota.ts";
import type { Usage } from "../records/usage.ts";
import type { EndpointLoad } from "./pool/endpoint-load.ts";
import type { RetryBudget } from "./retry-budget.ts";

/**
 * One way to reach one model's weights. Wrappers such as `withRetry` and `withJournal` have the
 * same interface.
 */
export interface Model {
  /**
   * The weights' name. It is part of a call's address in the journal. The server is not part of the
   * address, so that a run may go on at another server.
   */
  readonly name: string;
  /** Rows to have at work at once, so that the model is never short of calls. */
  readonly rowsAtOnce: number;
  /** The form that the decoder can enforce. Prompts ask for the same form. */
  readonly outputForm: OutputForm;
  /** How many questions one call may ask (`ModelCall.questions`). */
  readonly questionsAtOnce: "all" | "one";
  /**
   * The user's own fields of each request. A step gives them to its calls (`ModelCall.request`).
   */
  readonly request?: RequestFields | undefined;
  /**
   * Loads what the first call needs. A pool waits for this before it sends a call, so that the time
   * of loading counts neither as a latency nor toward a pace.
   */
  prepare?(): Promise<void>;
  /** @throws ModelError when no reply came. */
  call(call: ModelCall, context: CallContext): Promise<ModelReply>;
  close(): Promise<void>;
  /** How each endpoint fares. A model in process has no endpoints. */
  loads?(): EndpointLoad[];
  /**
   * Says that no row comes after those that are at work. From then on a pool cares for the time
   * until the last call ends.
   */
  noMoreRows?(): void;
}

/** `tagged` is text with tags, free or under a grammar. `json` is a JSON object under a schema. */
export type OutputForm = "tagged" | "json";

/**
 * Fields of a request's body that the user adds to those of sysgen, such as `top_p`. Values are
 * JSON.
 */
export type RequestFields = Readonly<Record<string, unknown>>;

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface Sampling {
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly seed?: number;
}

/**
 * A form that the reply must have, as a grammar and as a JSON schema. Each backend takes the one
 * that it can enforce, or none.
 */
export interface OutputConstraint {
  /** GBNF, the grammar notation of llama.cpp and XGrammar. */
  readonly grammar: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
}

/** A question at the end of a prompt. */
export interface Question {
  /** The prompt, if it is not the call's own. */
  readonly messages?: readonly ChatMessage[] | undefined;
  /** Stands behind the content of the prompt's last message. */
  readonly text: string;
  /** The possible answers, at least two. No two of them may begin with the same token. */
  readonly labels: readonly string[];
}

/**
 * All that decides a reply. The call's address in the journal is a hash of these fields and the
 * model's name.
 */
export interface ModelCall {
  readonly messages: readonly ChatMessage[];
  readonly sampling: Sampling;
  readonly constraint?: OutputConstraint | undefined;
  /**
   * Asked instead of having a text written. Each question is asked on its own, so that no answer is
   * before the model's eyes when it gives another. The reply's text has a line for each answer.
   */
  readonly questions?: readonly Question[] | undefined;
  /** The user's own fields of the request. They are in the address only when there are any. */
  readonly request?: RequestFields | undefined;
  /**
   * 0 for the first time of asking. A phase that asks again counts up, so that the call has another
   * address and gets another reply.
   */
  readonly attempt: number;
  /**
   * How often the user had this phase of the row asked anew, by `--rerun-phase` and `--retry`
   * together.
   */
  readonly round: number;
}

/** What belongs to one time of asking. None of it is in the call's address. */
export interface CallContext {
  readonly purpose: Purpose;
  /**
   * Once aborted, no further call or retry begins. A call in flight at a server is left to end,
   * because it is paid. A model in process breaks the call off, unless the reason is a SysGenError.
   */
  readonly signal: AbortSignal;
  readonly budget: RetryBudget;
  /**
   * Puts the reply on disk. `withJournal` sets this function and runs it for each reply. A pool
   * runs it earlier, before the ceiling lets another call begin. When it is run a second time, it
   * returns its first promise.
   */
  readonly keep?: (reply: ModelReply) => Promise<void>;
}

export interface ModelReply {
  readonly text: string;
  /** `other` is none that is known to mean a whole reply. A step asks again for such a reply. */
  readonly finishReason: "stop" | "length" | "content-filter" | "other";
  /** What ended a reply of finish reason `other`, for people. The journal does not keep it. */
  readonly endedBy?: string;
  readonly usage: Usage;
  /**
   * For each of the call's questions, the natural logarithm of each label's probability among the
   * labels. Undefined if the backend does not tell probabilities.
   */
  readonly scores?: readonly (readonly number[])[];
  /**
   * Prompt tokens that were evaluated for this call. The others were in the engine's cache.
   * Undefined if the backend does not say, and for a reply out of the journal.
   */
  readonly evaluatedTokens?: number;
  /**
   * Prompt tokens that a server says were in its cache. Some servers count them in `usage` and some
   * do not. Undefined for a reply out of the journal.
   */
  readonly cachedTokens?: number;
  /**
   * Time from the request to the reply, without waiting for a turn. Undefined for a reply out of
   * the journal.
   */
  readonly tookMs?: number;
  /** What the server said of the user's quota together with the reply. */
  readonly quota?: Quota | undefined;
  /** The reply came out of a batch, which costs less. */
  readonly lane?: "batch";
  /**
   * Host, port and path of the server that replied. Undefined for a model in process, and for a
   * reply out of the journal.
   */
  readonly endpoint?: string;
}
