import type { CallShape, QuestionShape, RowPage } from "../wire-shapes.ts";
import { useCalls } from "./use-row.ts";
import { share, thousands } from "../../texts/number-text.ts";

export interface CallsProps extends Pick<RowPage, "tokens"> {
  readonly position: number;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}

/**
 * Every model call behind the row. The calls are looked up in the journal when the section is
 * opened.
 */
export function Calls({ position, tokens, isOpen, onToggle }: CallsProps) {
  const { value, problem } = useCalls(position, isOpen);
  return (
    <section>
      <details open={isOpen} onToggle={(event) => event.target === event.currentTarget && onToggle(event.currentTarget.open)}>
        <summary>
          <h3>Model calls</h3>
          {tokens && (
            <span class="dim">
              {thousands(tokens.input)} tokens in, {thousands(tokens.output)} out
            </span>
          )}
        </summary>
        {problem !== undefined && <p class="problem">{problem}</p>}
        {isOpen && value === undefined && problem === undefined && <p class="dim">Looking in the journal…</p>}
        {value?.calls.map((call, index) => (
          <Call key={index} call={call} />
        ))}
        {value?.note != null && <p class="dim">{value.note}</p>}
      </details>
    </section>
  );
}

function Call({ call }: { readonly call: CallShape }) {
  const { phase, attempt, round, model, temperature, maxOutputTokens, seed, isConstrained, messages, questions, reply } = call;
  const sampling = [
    `temperature ${temperature}`,
    `at most ${maxOutputTokens} tokens`,
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(isConstrained ? ["held to a form"] : []),
    ...(round > 0 ? [`asked anew ${round} times`] : []),
  ];
  return (
    <details class="call" data-testid="call">
      <summary>
        <b>{phase}</b> <span>attempt {attempt + 1}</span>{" "}
        {questions.length > 0 && <span>{questions.map(({ said }) => said ?? "?").join(", ")}</span>}{" "}
        <span class="dim">
          {reply === null
            ? "no reply"
            : `${thousands(reply.inputTokens)} in, ${thousands(reply.outputTokens)} out, ended by ${reply.finishReason}`}
        </span>
      </summary>
      <p class="dim">
        {model} · {sampling.join(" · ")}
      </p>
      <h4>Prompt</h4>
      {messages.map(({ role, content }, index) => (
        <div key={index} class="call-message">
          <span class="role">{role}</span>
          <pre>{content}</pre>
        </div>
      ))}
      {questions.length > 0 && (
        <>
          <h4>{questions.length === 1 ? "Question behind it" : `${questions.length} questions behind it, each asked on its own`}</h4>
          <ol class="questions">
            {questions.map((question, index) => (
              <Question key={index} question={question} />
            ))}
          </ol>
        </>
      )}
      {reply && questions.length === 0 && (
        <>
          <h4>Reply, as it came</h4>
          <div class="call-message">
            <span class="role">assistant</span>
            <pre>{reply.text}</pre>
          </div>
        </>
      )}
    </details>
  );
}

/** Likely answers beside the first one that are worth a look. */
const leastProbability = 0.01;

function Question({ question: { text, answers, said } }: { readonly question: QuestionShape }) {
  const likely = answers.filter(({ probability }, index) => probability !== null && (index === 0 || probability >= leastProbability));
  return (
    <li>
      <pre>{text}</pre>
      <p class="answers">
        {likely.map(({ label, probability }, index) => (
          <span key={label} class={index === 0 ? "answer" : "dim"}>
            {label} {share(probability, 0)}
          </span>
        ))}
        {likely.length === 0 && <span class={said === null ? "dim" : "answer"}>{said ?? "no reply"}</span>}
      </p>
    </li>
  );
}
