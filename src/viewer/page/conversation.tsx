import type { MessageShape, RowPage } from "../wire-shapes.ts";
import { ResponsePair } from "./response-pair.tsx";

export interface ConversationProps {
  readonly row: RowPage;
  readonly other: RowPage | null;
  readonly otherName: string | undefined;
}

/** The conversation turn by turn. Each new response is beside the original that it replaces. */
export function Conversation({ row, other, otherName }: ConversationProps) {
  if (row.messages.length === 0) return null;
  return (
    <section aria-labelledby="conversation-title">
      <h3 id="conversation-title">Conversation</h3>
      {row.messages.map((message, index) => (
        <Turn key={index} message={message} inOther={other?.messages[index]} otherName={otherName} />
      ))}
    </section>
  );
}

interface TurnProps {
  readonly message: MessageShape;
  readonly inOther: MessageShape | undefined;
  readonly otherName: string | undefined;
}

function Turn({ message, inOther, otherName }: TurnProps) {
  const { role, content, extra, original } = message;
  return (
    <div class={`turn turn-${role}`}>
      <h4>{role}</h4>
      {original === null ? (
        <p class="text" dir="auto">
          {content === "" ? <span class="dim">(no text)</span> : content}
        </p>
      ) : (
        <>
          <ResponsePair
            beforeTitle="Original response (A)"
            before={original}
            afterTitle="New response (A′)"
            after={content}
            sameTitle="Response: A′ is A, unchanged"
          />
          {inOther?.original != null && (
            <ResponsePair
              beforeTitle={`A′ in ${otherName ?? "the other run"}`}
              before={inOther.content}
              afterTitle="A′ in this run"
              after={content}
              sameTitle={`A′ is the same in ${otherName ?? "the other run"}`}
            />
          )}
        </>
      )}
      {extra !== null && <pre class="raw">{extra}</pre>}
    </div>
  );
}
