import type { Question } from "../models/model.ts";
import type { Example } from "../records/example.ts";
import type { Phrase, Tag } from "../records/system-message/phrase.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import { askQuestions, logOdds, type Answer, type QuestionSettings } from "./ask-questions.ts";
import { counterEvidence, type CounterEvidence } from "./counter-evidence.ts";
import { wishedBy } from "./phrase-checks/wished.ts";
import type { FitQuestions } from "./prompts/fit-questions.ts";
import { servesQuestion } from "./prompts/serves-question.ts";
import { fitQuestionsOf, type RubricTexts } from "./prompts/verify-rubrics.ts";
import type { StepContext } from "./step.ts";

/** What a judge says of a phrase. */
export interface PhraseFit {
  /** Log-odds that the phrase fits its conversation. Undefined if no answer could be read. */
  readonly score: number | undefined;
  /** What speaks against the phrase, whatever the score says. */
  readonly against: CounterEvidence | undefined;
  /** Whether the operator wishes it, so that it stays whatever the judge says. */
  readonly isWished: boolean;
  /** The functionality that the phrase clearly serves. Its own if none is clear. */
  readonly serves: Tag;
}

/**
 * Tags that models give rightly. A judge's doubts about them are mostly its own, because it takes
 * many a task for an action.
 */
const rightlyTagged: ReadonlySet<Tag> = new Set(["Role", "Task"]);
/**
 * A phrase is retagged if the judge finds another functionality likelier than its own by this many
 * nats. Then it is wrong about one change in four (bench/README.md).
 */
const clearly = 3;

/** How a judge is asked about a message. */
type FitSettings = QuestionSettings & RubricTexts;

/** What a judge says of a message. Scores are log-odds, undefined if no answer could be read. */
export interface MessageScores {
  /** Whether the whole message fits its conversation. */
  readonly message: number | undefined;
  /** Whether each phrase does. */
  readonly phrases: readonly (number | undefined)[];
}

/** The same, and what each phrase is in itself. */
export interface MessageFit {
  readonly message: number | undefined;
  readonly phrases: readonly PhraseFit[];
}

/** What is needed to ask about a message, and the functionalities that its phrases may serve. */
export interface FitContext extends StepContext {
  readonly tags: TagSet;
}

/**
 * Asks a judge about a message and about each of its phrases on its own, whether it fits the
 * conversation, and which functionality each phrase serves. No answer is before the judge's eyes
 * when it gives another.
 * @throws ModelError when a call brought no reply.
 */
export async function askFit(
  example: Example,
  phrases: readonly Phrase[],
  settings: FitSettings,
  context: FitContext,
): Promise<MessageFit> {
  const { tags } = context;
  const asked = fitQuestionsOf(settings);
  const wished = wishedBy(settings.texts?.guidance);
  const questions = [...questionsOf(asked, phrases), ...phrases.map((phrase) => servesQuestion(phrase, tags))];
  const answers = await askQuestions(asked.messages(example), questions, settings, context);
  const scores = scoresOf(answers.slice(0, phrases.length + 1));
  const served = servedTags(phrases, answers.slice(phrases.length + 1), tags);
  return {
    message: scores.message,
    phrases: phrases.map(({ tag, text }, index) => ({
      score: scores.phrases[index],
      against: wished(text) ? undefined : counterEvidence(example, text),
      isWished: wished(text),
      serves: served[index] ?? tag,
    })),
  };
}

/** Asks only what fits the conversation. @throws as `askFit`. */
export async function askScores(
  example: Example,
  phrases: readonly Phrase[],
  settings: FitSettings,
  context: StepContext,
): Promise<MessageScores> {
  const asked = fitQuestionsOf(settings);
  return scoresOf(await askQuestions(asked.messages(example), questionsOf(asked, phrases), settings, context));
}

function questionsOf(asked: FitQuestions, phrases: readonly Phrase[]): Question[] {
  return [asked.ofMessage(phrases), ...phrases.map((phrase) => asked.ofPhrase(phrase))];
}

function scoresOf([message, ...phrases]: readonly (Answer | undefined)[]): MessageScores {
  return { message: logOdds(message), phrases: phrases.map(logOdds) };
}

/**
 * The functionality of each phrase. A message without a task has mostly its task under Content, so
 * the likeliest of these phrases is taken for the task.
 */
function servedTags(phrases: readonly Phrase[], answers: readonly (Answer | undefined)[], { names }: TagSet): Tag[] {
  /** How much likelier one tag is than another, in nats. */
  const likelier = (answer: Answer | undefined, one: Tag, other: Tag): number =>
    answer === undefined ? -Infinity : (answer[names.indexOf(one)] ?? 0) - (answer[names.indexOf(other)] ?? 0);
  const served = phrases.map(({ tag }, index) => {
    if (rightlyTagged.has(tag)) return tag;
    const likeliest = names[answers[index]?.indexOf(Math.max(...(answers[index] ?? []))) ?? -1] ?? tag;
    return likelier(answers[index], likeliest, tag) >= clearly ? likeliest : tag;
  });
  if (served.includes("Task") || !names.includes("Task")) return served;
  const tasks = phrases.map(({ tag }, index) => (tag === "Content" ? likelier(answers[index], "Task", tag) : -Infinity));
  const task = tasks.indexOf(Math.max(...tasks));
  return served.map((tag, index) => (index === task && (tasks[index] ?? -Infinity) >= -clearly ? "Task" : tag));
}
