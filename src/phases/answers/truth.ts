const yes = "yes true correct right sí si verdadero cierto correcto oui vrai ja wahr richtig sim verdadeiro certo sì vero да верно правда истина はい 真 正しい 네 예 참 हाँ हां सही सत्य نعم صحيح صح 是 是的 对 對 正确 正確 tak evet có đúng так"; // prettier-ignore
const no = "no false incorrect wrong falso incorrecto non faux nein falsch não errado нет неверно ложь неправда いいえ 偽 誤り 아니요 아니오 거짓 नहीं गलत असत्य لا خطأ 否 不是 不对 错 錯 错误 錯誤 不正确 nie hayır không sai ні"; // prettier-ignore
const truths = new Map([
  ...yes.split(" ").map((word): [string, boolean] => [word, true]),
  ...no.split(" ").map((word): [string, boolean] => [word, false]),
]);

/** Whether a text says yes or no (true or false) and nothing else. Undefined for other texts. */
export function readTruth(text: string): boolean | undefined {
  return truths.get(text.trim().toLowerCase());
}

/** A word at the beginning of a sentence that ends there, or is set off by a comma or in bold. */
const opening =
  /(?:^|[.!?。！？\n]["'”’)]?\s{0,2}|[:：]\s{0,2})(?:[-*•>#]{1,3}\s+)?[*_]{0,3}["'“‘]?([\p{L}\p{M}]{1,12}(?: [\p{L}\p{M}]{1,6})?)["'”’]?[*_]{0,3}\s?(?=$|[.,;:!—–()\n。，、！：]|[*_])/gu;
/** English "is true", "would be false" and the like. */
const predicate =
  /\b(?:is|are|was|be|therefore|thus|es|est|ist|é|è)\s+(?:indeed\s+|clearly\s+)?[*_"'“]{0,3}(true|false|correct|incorrect|yes|no|wahr|falsch|verdadero|falso|vrai|faux)(?=["'”*_.,;!\n]|$)/giu;

/**
 * Whether a response says yes or no. Undefined where it says neither or both, or says so in a way
 * that code cannot read.
 */
export function truthIn(response: string): boolean | undefined {
  const said = [...response.matchAll(opening), ...response.matchAll(predicate)].flatMap(([, word = ""]) => readTruth(word) ?? []);
  return new Set(said).size === 1 ? said[0] : undefined;
}
