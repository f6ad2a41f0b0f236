import { lastSaid } from "../answers/final-answer.ts";

const number = String.raw`[:=]?\s*[$€£¥]?\s*-?\d`;
const statements = [
  String.raw`\b(?:answer|result|solution|total|sum)\s+(?:is|equals|are|=)\s*${number}`,
  String.raw`\b(?:respuesta|resultado|resposta)\s+(?:es|é)\s*${number}`,
  String.raw`\b(?:antwort|ergebnis)\s+(?:ist|lautet|beträgt)\s*${number}`,
  String.raw`\b(?:réponse|résultat)\s+est\s*${number}`,
  String.raw`(?:ответ|результат)\s*(?:—|-|равен)?\s*${number}`,
  String.raw`(?:答案|结果|結果|答え)(?:是|为|為|は)?\s*${number}`,
  String.raw`\d\s*[-+*/×÷x]\s*\d[\d.,]*\s*=\s*[$€£¥]?\d`,
].map((statement) => new RegExp(statement, "iu"));

/** Whether a phrase states an answer that code can read, be it the row's or another one. */
export function statesAnswer(text: string): boolean {
  return statements.some((statement) => statement.test(text)) || announcesAnswer(text);
}

/** A number in words may be a length, as in "an answer is one sentence". */
function announcesAnswer(text: string): boolean {
  const answer = lastSaid(text)?.answer;
  return (
    answer !== undefined &&
    (answer.option !== undefined || answer.truth !== undefined || (answer.number !== undefined && /\p{Nd}/u.test(text)))
  );
}
