import { withoutLead } from "./control-tokens.ts";
import { mayBeForeign } from "./foreign-in.ts";
import { finalChannelIn } from "./harmony.ts";
import { withoutReasoning } from "./without-reasoning.ts";

const roleHeader =
  /^\s*(?:#{1,4} ?(?:response|assistant)\s*:?|(?:\*\*)?(?:(?:ai )?assistant|gpt4 correct assistant)(?:\*\*)?\s*[:：](?:\*\*)?)[ \t]*(?=\S|\n)/i;
const bareRole = /^\s*assistant[ \t]*\n/;
const wrapper = /^\s*<(answer|output|response|final|final_answer|solution)>([^]*)<\/\1>\s*$/i;

/**
 * The answer in a model's reply. What is not part of it is taken off, which is reasoning, tokens of
 * the chat template at both ends, and the header of the assistant's turn. The rest stays byte for
 * byte. A text that looks like these only in part stays too, and `foreignIn` tells of it.
 * @param known The prompt and the response to be replaced. What they hold may be text in a reply.
 */
export function answerIn(reply: string, known: () => string): string {
  if (!mayBeForeign(reply)) return reply;
  let lower: string | undefined;
  const isKnown = (text: string): boolean => (lower ??= known().toLowerCase()).includes(text.toLowerCase());
  const answer = withoutReasoning(finalChannelIn(reply, isKnown), isKnown);
  return withoutRole(answer === reply ? reply : unwrapped(answer, isKnown), isKnown);
}

/** An answer that was reasoned about may stand between tags of its own. */
function unwrapped(answer: string, isKnown: (text: string) => boolean): string {
  const [, tag, inner] = wrapper.exec(answer) ?? [];
  return inner === undefined || isKnown(`<${tag}>`) ? answer : withoutLead(inner).trimEnd();
}

/** Takes off the header of the assistant's turn, unless the reply is a dialogue. */
function withoutRole(text: string, isKnown: (text: string) => boolean): string {
  const header = roleHeader.exec(text)?.[0] ?? bareRole.exec(text)?.[0];
  if (header === undefined || isKnown(header.trim())) return text;
  const rest = text.slice(header.length);
  return /^\W{0,6}(?:user|human|assistant|customer)\W{0,4}:/im.test(rest) ? text : withoutLead(rest);
}
