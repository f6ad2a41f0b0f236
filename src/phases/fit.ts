import type { Question } from "../models/model.ts";
import type { Example } from "../records/example.ts";
import { tags, type Phrase, type Tag } from "../records/system-message/phrase.ts";
import { askQuestions, type Answer, type QuestionSettings } from "./ask-questions.ts";
import { fitMessages, fitQuestions, servesQuestion } from "./prompts/fit-questions.ts";
import type { StepContext } from "./step.ts";

/** What a judge says of a phrase. */
export interface PhraseFit {
  /** Log-odds that the phrase fits its conversation. Undefined if no answer could be read. */
  readonly score: number | undefined;
  /** The functionality that the phrase clearly serves. Undefined if none is clear. */
  readonly serves: Tag | undefined;
}

/** A functionality is clear from this probability on. */
const clear = Math.log(0.8);

/**
 * Asks a judge about each phrase on its own, whether it fits the conversation and which
 * functionality it serves. No answer is before the judge's eyes when it gives another.
 * @throws ModelError when a call brought no reply.
 */
export async function askFit(
  example: Example,
  phrases: readonly Phrase[],
  settings: QuestionSettings,
  context: StepContext,
): Promise<PhraseFit[]> {
  const answers = await askOfEach(example, phrases, (phrase) => [servesQuestion(phrase), ...fitQuestions(phrase)], settings, context);
  return answers.map(([served, ...fits]) => ({
    score: scoreOf(fits),
    serves: tags.find((_, index) => (served?.[index] ?? -Infinity) >= clear),
  }));
}

/** Asks only whether each phrase fits the conversation. @throws as `askFit`. */
export async function askScores(
  example: Example,
  phrases: readonly Phrase[],
  settings: QuestionSettings,
  context: StepContext,
): Promise<(number | undefined)[]> {
  return (await askOfEach(example, phrases, fitQuestions, settings, context)).map(scoreOf);
}

async function askOfEach(
  example: Example,
  phrases: readonly Phrase[],
  questionsOf: (phrase: Phrase) => readonly Question[],
  settings: QuestionSettings,
  context: StepContext,
): Promise<(Answer | undefined)[][]> {
  const questions = phrases.map(questionsOf);
  const answers = await askQuestions(fitMessages(example), questions.flat(), settings, context);
  return questions.map((ofPhrase) => answers.splice(0, ofPhrase.length));
}

/** The sum of the log-odds of Yes over No. */
function scoreOf(answers: readonly (Answer | undefined)[]): number | undefined {
  let score = 0;
  for (const [yes, no] of answers.map((answer) => answer ?? [])) {
    if (yes === undefined || no === undefined) return undefined;
    score += yes - no;
  }
  return score;
}
