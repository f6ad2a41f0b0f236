import type { ChatMessage, ModelReply, Question } from "../models/model.ts";
import { labelSaid } from "./label-said.ts";
import { Step, type StepContext } from "./step.ts";

/** The logarithm of each label's probability. The labels stand in the question's order. */
export type Answer = readonly number[];

/** The log-odds of the first of two labels. Undefined if no answer could be read. */
export function logOdds(answer: Answer | undefined): number | undefined {
  const [first, second] = answer ?? [];
  return first === undefined || second === undefined ? undefined : first - second;
}

export interface QuestionSettings {
  readonly temperature: number;
  /** Most tokens of an answer in words, reasoning included. */
  readonly maxOutputTokens: number;
  /** How often a question is asked whose answer has no probabilities. */
  readonly votes: number;
}

/** Further votes and repeated questions are sampled, because temperature 0 gives the same again. */
const voteTemperature = 0.7;
const repeatTemperature = 0.3;
/** What each label has before any vote, so that a label without a vote is not impossible. */
const priorVotes = 0.02;

/**
 * Asks questions of which each stands on its own. A model in process gets all of them in one call.
 * A server gets one a call. An answer that cannot be read is asked for again within the
 * budget, with its form named.
 * @param messages What all questions begin with. A question stands behind the last message.
 * @returns An answer for each question, undefined if none could be read.
 * @throws ModelError when a call brought no reply.
 */
export async function askQuestions(
  messages: readonly ChatMessage[],
  questions: readonly Question[],
  settings: QuestionSettings,
  context: StepContext,
): Promise<(Answer | undefined)[]> {
  if (questions.length === 0) return [];
  if (context.model.questionsAtOnce === "all") return askTogether(messages, questions, settings, context);
  const answers = await Promise.all(
    questions.map(({ messages: own = messages, text, labels }) => askTogether(own, [{ text, labels }], settings, context)),
  );
  return answers.flat();
}

/** An answer with its probabilities, or the label that was said. */
type Given = { readonly scores: Answer } | { readonly said: number } | undefined;

async function askTogether(
  messages: readonly ChatMessage[],
  questions: readonly Question[],
  { temperature, maxOutputTokens, votes }: QuestionSettings,
  context: StepContext,
): Promise<(Answer | undefined)[]> {
  const given: Given[][] = [];
  for (let vote = 0; vote < votes; vote++) {
    const step = new Step(context, vote);
    let sampling = { temperature: vote === 0 ? temperature : Math.max(temperature, voteTemperature), maxOutputTokens };
    let read: Given[] = questions.map(() => undefined);
    let asked = questions;
    do {
      const reply = await step.ask(messages, sampling, { questions: asked });
      asked = questions.map(withForm);
      sampling = { temperature: Math.max(sampling.temperature, repeatTemperature), maxOutputTokens };
      read = read.map((known, index) => known ?? readAnswer(reply, questions, index));
    } while (read.includes(undefined) && step.mayAskAgain());
    given.push(read);
    if (read.every((answer) => answer !== undefined && "scores" in answer)) break;
  }
  return questions.map((question, index) =>
    answerOf(
      question,
      given.map((read) => read[index]),
    ),
  );
}

function readAnswer({ scores, text }: ModelReply, questions: readonly Question[], index: number): Given {
  const ofQuestion = scores?.[index];
  if (ofQuestion !== undefined) return { scores: ofQuestion };
  // A reply to several questions has a line for each.
  const line = questions.length === 1 ? text : (text.split("\n")[index] ?? "");
  const said = labelSaid(line, questions[index]?.labels ?? []);
  return said === undefined ? undefined : { said };
}

/** The question as it is asked again, with the form of the answer named. */
function withForm(question: Question): Question {
  return { ...question, text: `${question.text}\n\nAnswer with one of these and nothing else: ${question.labels.join(", ")}.` };
}

function answerOf({ labels }: Question, given: readonly Given[]): Answer | undefined {
  const answers = given.filter((answer) => answer !== undefined);
  if (answers.length === 0) return undefined;
  for (const answer of answers) if ("scores" in answer) return answer.scores;
  const total = answers.length + priorVotes * labels.length;
  return labels.map((_, label) => {
    const votes = answers.filter((answer) => "said" in answer && answer.said === label).length;
    return Math.log((votes + priorVotes) / total);
  });
}
