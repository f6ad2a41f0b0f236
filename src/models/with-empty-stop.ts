import { ModelError } from "../errors.ts";
import type { Purpose } from "../records/purpose.ts";
import { answerIn } from "../texts/replies/answer-in.ts";
import type { Model, ModelReply } from "./model.ts";

/** After so many replies without text, and none with, the user is told. */
const toTell = 3;
/** After so many, the run is stopped. */
const toStop = 8;

/**
 * Stops a run whose replies hold no text because the token limit ended them. A model that reasons
 * first uses up the limit, and each reply is paid. Replies out of the journal count too. Once a
 * reply to calls of a purpose held text, no other is looked at.
 */
export function withEmptyStop(model: Model, onNotice: (text: string) => void): Model {
  const empty = new Map<string, number>();

  /** @throws ModelError `bad-reply` that stops the run. */
  function check(reply: ModelReply, purpose: Purpose, limit: number): void {
    const before = empty.get(purpose.name) ?? 0;
    if (before === Infinity) return;
    if (!isEndedReasoning(reply)) return void empty.set(purpose.name, Infinity);
    const now = before + 1;
    empty.set(purpose.name, now);
    if (now !== toTell && now < toStop) return;
    const setting = purpose.tokenSetting === undefined ? "the limit of its tokens" : purpose.tokenSetting;
    const text = `${model.name}: the first ${now} replies to ${purpose.name} hold no text, because ${limit} tokens were used up before the answer, as by a model that reasons first. Raise ${setting}`;
    if (now < toStop) onNotice(`${text}.`);
    else throw new ModelError("bad-reply", text, { stops: "always" });
  }

  return {
    ...model,
    call: (call, context) =>
      model.call(call, context).then((reply) => {
        check(reply, context.purpose, call.sampling.maxOutputTokens);
        return reply;
      }),
  };
}

function isEndedReasoning({ text, finishReason }: ModelReply): boolean {
  return finishReason === "length" && answerIn(text, () => "").trim() === "";
}
