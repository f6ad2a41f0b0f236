import { tagVariables } from "../../report/tag-palette.ts";
import type { JudgedShape, JudgementShape } from "../wire-shapes.ts";
import { TagSign } from "./tag-sign.tsx";
import { signed } from "../../texts/number-text.ts";

/**
 * What `sysgen judge` said of the row, judge by judge.
 * @param responses How many the conversation has. The last one is judged.
 */
export function Judgements({ judged, responses }: { readonly judged: JudgedShape | null; readonly responses: number }) {
  if (judged === null) return null;
  return (
    <section aria-labelledby="judged-title" data-testid="judged">
      <h3 id="judged-title">Judged by sysgen judge</h3>
      {responses > 1 && <span class="beside-title dim">the last response</span>}
      {judged.isOutdated && <p class="repair">The row was made anew since, so these verdicts are about another text.</p>}
      {judged.judgements.map((judgement, index) => (
        <div key={index} class="judgement">
          <h4>
            {judgement.model}, system message {judgement.isSystemShown ? "shown" : "hidden"}
          </h4>
          <PairVerdict pair={judgement.pair} />
          <PhraseVerdicts phrases={judgement.phrases} />
        </div>
      ))}
      <p class="dim">Its calls are among the model calls below, where the journal has them.</p>
    </section>
  );
}

const pairTexts: Readonly<Record<string, string>> = {
  won: "The new response (A′) won",
  lost: "The original response (A) won",
  tied: "A tie",
  "same text": "Both responses have the same text, so nobody was asked",
  "no verdict": "No verdict could be read",
};
const agreementTexts: Readonly<Record<string, string>> = {
  consistent: ", in both orders",
  "tie-and-win": ": a tie in one order and a win in the other",
  reversed: ": each order has another winner",
};
const verdictTexts: Readonly<Record<string, string>> = {
  new: "A′ is better",
  original: "A is better",
  tie: "a tie",
  unparsed: "no verdict",
};

function PairVerdict({ pair }: Pick<JudgementShape, "pair">) {
  if (pair === null) return null;
  if ("failed" in pair) return <p class="why">{failedText("Which response is better", pair)}</p>;
  return (
    <>
      <p>
        <b class={`pair-verdict pair-${pair.said.replace(" ", "-")}`}>{pairTexts[pair.said] ?? pair.said}</b>
        {agreementTexts[pair.agreement] ?? ""}.
      </p>
      <ul class="orders">
        {pair.orders.map(({ first, verdict, reason }) => (
          <li key={first}>
            <span class="dim">{first === "original" ? "A shown first" : "A′ shown first"}:</span> {verdictTexts[verdict] ?? verdict}
            {reason !== "" && (
              <>
                . <q dir="auto">{reason}</q>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const obedienceTexts: Readonly<Record<string, string>> = {
  obeyed: "obeyed",
  violated: "disobeyed",
  "not-applicable": "does not apply",
  unparsed: "no verdict",
};
const obedienceClasses: Readonly<Record<string, string>> = { obeyed: "good", violated: "why" };

function PhraseVerdicts({ phrases }: Pick<JudgementShape, "phrases">) {
  if (phrases === null) return null;
  if ("failed" in phrases) return <p class="why">{failedText("Whether it obeys its phrases", phrases)}</p>;
  return (
    <ul class="phrases">
      {phrases.map(({ tag, text, verdict, score }, index) => (
        <li key={index} class="phrase" style={tagVariables(tag)}>
          <TagSign tag={tag} />
          <span class="phrase-text" dir="auto">
            {text}
          </span>
          <span class="phrase-notes">
            <span class={obedienceClasses[verdict] ?? "dim"}>{obedienceTexts[verdict] ?? verdict}</span>
            {score !== null && (
              <span class="score" title="Log-odds of obeyed over disobeyed">
                {signed(score)}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function failedText(question: string, { failed, detail }: { readonly failed: string; readonly detail: string }): string {
  return `${question} was not answered (${failed}): ${detail}`;
}
