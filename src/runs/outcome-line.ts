import type { Message } from "../records/message.ts";
import type { Done, Outcome, Rejected } from "../records/outcome.ts";

export interface LineFacts {
  readonly id: string;
  readonly line: number;
  readonly raw: string;
  readonly model: string;
  readonly judgeModel: string;
}

/** The line that an outcome is in dataset.jsonl or rejected.jsonl. */
export function outcomeLine(outcome: Outcome, facts: LineFacts): string {
  return JSON.stringify(outcome.outcome === "done" ? doneLine(outcome, facts) : rejectedLine(outcome, facts));
}

function doneLine(done: Done, { id, model, judgeModel }: LineFacts) {
  const { phrases, removed, originalResponses, replacedSystemMessage, gates, usage } = done;
  return {
    id,
    messages: done.messages.map(asChatMessage),
    ...(done.tools === undefined ? {} : { tools: done.tools }),
    sysgen: {
      phrases: phrases.map(({ tag, text, verdict, repairs }) => ({ tag, text, verdict, repairs })),
      removed,
      originalResponses,
      ...(replacedSystemMessage === undefined ? {} : { replacedSystemMessage }),
      model,
      judgeModel,
      gates,
      tokens: { input: usage.inputTokens, output: usage.outputTokens },
    },
  };
}

function rejectedLine({ outcome, phase, reason, detail, removed }: Rejected, { id, line, raw }: LineFacts) {
  return { id, line, outcome, phase, reason, detail, ...(removed.length > 0 ? { removed } : {}), raw };
}

/** OpenAI's and TRL's shape: the message's other keys (tool_calls, name) stand beside role and content. */
function asChatMessage({ role, content, extra }: Message) {
  return { role, content, ...extra };
}
