import type { Purpose } from "../records/purpose.ts";
import type { Quota } from "../records/quota.ts";
import type { Usage } from "../records/usage.ts";
import type { EndpointLoad } from "./pool/endpoint-load.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** One way to reach one model's weights. Wrappers (`withRetry`, `withJournal`) have the same interface. */
export interface Model {
  /** The weights' name: part of a call's address in the journal; where they run is not. */
  readonly name: string;
  /** Rows to have at work at once, so that it is never short of calls. */
  readonly rowsAtOnce: number;
  /** How output can be held to a form; the prompt asks for the form that the decoder enforces. */
  readonly outputForm: OutputForm;
  /** @throws ModelError when no reply came. */
  call(call: ModelCall, context: CallContext): Promise<ModelReply>;
  close(): Promise<void>;
  /** How its endpoints fare, where it has some. */
  loads?(): EndpointLoad[];
  /** No row comes after those that are at work: from here on, the time that the last call takes counts. */
  noMoreRows?(): void;
}

/** `tagged`: text with tags, free or held by a grammar. `json`: a JSON object, held by a schema. */
export type OutputForm = "tagged" | "json";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface Sampling {
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly seed?: number;
}

/** A form that the reply must have, told twice: each backend takes the one that it can enforce, or none. */
export interface OutputConstraint {
  /** GBNF, the grammar notation of llama.cpp and XGrammar. */
  readonly grammar: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  /** The same form as given text with choices in it, where it is one. Not part of the call's address: it says nothing new. */
  readonly choices?: readonly Choice[];
}

/** Text that is given, and the labels of which one follows it. */
export interface Choice {
  readonly before: string;
  readonly labels: readonly string[];
}

/** All that decides a reply. Its hash, with the model's name, is the call's address in the journal. */
export interface ModelCall {
  readonly messages: readonly ChatMessage[];
  readonly sampling: Sampling;
  readonly constraint?: OutputConstraint | undefined;
  /** 0 for the first time of asking; a phase that asks again counts up, and so gets another reply. */
  readonly attempt: number;
  /** Counts how often the user had this phase done anew (`--rerun-phase`). */
  readonly round: number;
}

/** What belongs to the asking and not to the call: none of it is in the address. */
export interface CallContext {
  readonly purpose: Purpose;
  /** Once aborted, no further call or retry begins. A call in flight at a server is left to end: it is paid. A model in process breaks it off, unless the reason is a SysGenError. */
  readonly signal: AbortSignal;
  readonly budget: RetryBudget;
  /**
   * Puts the reply on disk. `withJournal` sets it and calls it for each reply. A pool calls it
   * earlier, before the call's place under the ceiling is free. The second call of one reply returns
   * the promise of the first.
   */
  readonly keep?: (reply: ModelReply) => Promise<void>;
}

export interface ModelReply {
  readonly text: string;
  readonly finishReason: "stop" | "length" | "content-filter" | "other";
  readonly usage: Usage;
  /** For each of the constraint's choices, the model's probability for the label it took among the labels; where the backend reads it. */
  readonly confidences?: readonly number[];
  /** Prompt tokens that were evaluated for it; the others were held already. Undefined where nobody says, and out of the journal. */
  readonly evaluatedTokens?: number;
  /** From the request to the reply, without waiting for a turn; undefined for a reply out of the journal. */
  readonly tookMs?: number;
  /** What the server said of the user's quota with it. */
  readonly quota?: Quota | undefined;
  /** Host, port and path of the server that gave it; undefined in process and out of the journal. */
  readonly endpoint?: string;
}
