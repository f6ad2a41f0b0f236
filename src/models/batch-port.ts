import type { BatchServer } from "./openai/batch-http.ts";
import type { ModelCall, ModelReply } from "./model.ts";

/** A line of a batch's output, as an HTTP reply. */
export interface LineReply {
  readonly status: number;
  /** The reply's body, as JSON. */
  readonly body: string;
}

/** How calls of a model go into batches, and how the lines that come back are read. */
export interface BatchPort {
  readonly server: BatchServer;
  /** What the server takes, as far as its refusals have shown, as JSON. */
  spoken(): string;
  /** Goes on with what an earlier process had learnt. JSON of `spoken`. */
  speak(dialect: string): void;
  /** The body of a call's request, as JSON in UTF-8. */
  body(call: ModelCall): Buffer;
  /**
   * Reads the reply to a call.
   * @param spoken What `spoken` gave when the call went up.
   * @returns Undefined when the line is a refusal that taught how the server wants to be asked. The
   * call is to be asked again.
   * @throws ModelError when the line brought no reply, as a call online does.
   */
  read(call: ModelCall, line: LineReply, spoken: string): Promise<ModelReply | undefined>;
}
