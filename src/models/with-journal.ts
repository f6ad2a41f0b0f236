import { createHash } from "node:crypto";
import type { PhaseName } from "../records/outcome.ts";
import type { Model, ModelCall, ModelReply } from "./model.ts";

/** Where paid replies are kept. */
export interface Journal {
  get(address: string): ModelReply | undefined;
  /** Resolves when the reply is on disk: only then may it be used. */
  put(address: string, entry: JournalEntry): Promise<void>;
}

export interface JournalEntry {
  readonly phase: PhaseName;
  readonly model: string;
  readonly reply: ModelReply;
}

/** Answers a call that was paid before from the journal; pays any other once, and keeps its reply before anyone reads it. */
export function withJournal(model: Model, journal: Journal, onPaid: (entry: JournalEntry) => void = () => {}): Model {
  const inFlight = new Map<string, Promise<ModelReply>>();
  return {
    ...model,
    async call(call, context) {
      const address = addressOf(model.name, call);
      const paid = journal.get(address) ?? inFlight.get(address);
      if (paid) return paid;
      const asking = model.call(call, context).then(async (reply) => {
        const entry = { phase: context.phase, model: model.name, reply };
        await journal.put(address, entry);
        onPaid(entry);
        return reply;
      });
      inFlight.set(address, asking);
      try {
        return await asking;
      } finally {
        inFlight.delete(address);
      }
    },
  };
}

/** SHA-256 of all that decides a reply; fields in a fixed order. */
export function addressOf(model: string, call: ModelCall): string {
  const { messages, sampling, constraint, attempt, round } = call;
  const identity = [
    model,
    messages.map((message) => [message.role, message.content]),
    [sampling.temperature, sampling.maxOutputTokens, sampling.seed ?? null],
    constraint ? [constraint.grammar, constraint.jsonSchema] : null,
    attempt,
    round,
  ];
  return createHash("sha256").update(JSON.stringify(identity)).digest("base64url");
}
