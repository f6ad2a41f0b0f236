import type { MessageShape, RowPage } from "../wire-shapes.ts";
import { OriginSign } from "./outcome-sign.tsx";
import { ComparedPair, RevisedPair, SameText } from "./response-pair.tsx";

export interface ConversationProps {
  readonly row: RowPage;
  readonly other: RowPage | null;
  readonly otherName: string;
}

/**
 * The conversation turn by turn. Each new response is beside the original that it replaces. Where
 * another run is compared, its response is beside this run's instead, and the original is folded.
 */
export function Conversation({ row, other, otherName }: ConversationProps) {
  if (row.messages.length === 0) return null;
  return (
    <section aria-labelledby="conversation-title">
      <h3 id="conversation-title">Conversation</h3>
      {row.messages.map((message, index) => {
        const inOther = other?.messages[index];
        return (
          <div key={index} class={`turn turn-${message.role}`}>
            <h4>
              {message.role}
              {message.response && <Origin message={message} gates={row.gates} />}
            </h4>
            {message.response === null ? (
              <PlainTurn message={message} />
            ) : inOther?.response == null ? (
              <ResponseTurn message={message} />
            ) : (
              <ComparedTurn message={message} inOther={inOther} otherName={otherName} />
            )}
            {message.extra !== null && <pre class="raw">{message.extra}</pre>}
          </div>
        );
      })}
    </section>
  );
}

/** Whether the response is new, and which gates asked for another or kept the original. */
function Origin({ message: { response }, gates }: { readonly message: MessageShape } & Pick<RowPage, "gates">) {
  if (response === null) return null;
  const ofTurn = gates.filter(({ turn }) => turn === response.turn);
  const names = (action: string): string =>
    [...new Set(ofTurn.filter((gate) => gate.action === action).map(({ gate }) => gate))].join(", ");
  const [kept, retries] = [names("kept-original"), ofTurn.filter(({ action }) => action === "retried").length];
  const again = retries === 0 ? "" : `asked again ${retries === 1 ? "once" : `${retries} times`} (${names("retried")})`;
  const why = kept === "" ? "it was not to be written anew" : `by the gate ${kept}`;
  return (
    <span class="turn-origin" data-testid="origin">
      <OriginSign origin={response.origin} />
      <span>
        {[...(response.origin === "original" ? [why] : []), ...(again === "" ? [] : [again])].map((part) => ` · ${part}`).join("")}
      </span>
    </span>
  );
}

function PlainTurn({ message: { content } }: { readonly message: MessageShape }) {
  return (
    <p class="text" dir="auto">
      {content === "" ? <span class="dim">(no text)</span> : content}
    </p>
  );
}

function ResponseTurn({ message }: { readonly message: MessageShape }) {
  const { content, original, response } = message;
  if (original === null) return <PlainTurn message={message} />;
  const isNew = response?.origin === "new";
  if (original === content)
    return <SameText title={isNew ? "New response (A′), the same text as A" : "Original response (A), kept"} text={content} />;
  return (
    <RevisedPair
      left={{ title: "Original response (A)", text: original }}
      right={{ title: isNew ? "New response (A′)" : "Original as it is in the dataset", text: content }}
    />
  );
}

interface ComparedTurnProps {
  readonly message: MessageShape;
  readonly inOther: MessageShape;
  readonly otherName: string;
}

function ComparedTurn({ message, inOther, otherName }: ComparedTurnProps) {
  const { original } = message;
  return (
    <>
      {message.content === inOther.content ? (
        <SameText title={`${titleOf(message)}, the same in both runs`} text={message.content} />
      ) : (
        <ComparedPair
          left={{ title: `${titleOf(message)} in this run`, text: message.content }}
          right={{ title: `${titleOf(inOther)} in ${otherName}`, text: inOther.content }}
        />
      )}
      {original !== null && original !== message.content && (
        <details>
          <summary>Original response (A){inOther.original === original ? ", the same in both runs" : ""}</summary>
          <SameText title="Original response (A)" text={original} />
        </details>
      )}
      {inOther.original !== null && inOther.original !== original && (
        <details>
          <summary>Original response (A) in {otherName}</summary>
          <SameText title="Original response (A)" text={inOther.original} />
        </details>
      )}
    </>
  );
}

function titleOf({ response }: MessageShape): string {
  return response?.origin === "original" ? "Original kept" : "New response (A′)";
}
