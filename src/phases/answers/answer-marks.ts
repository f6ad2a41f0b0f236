/** What a response announces as its answer. */
export interface Announced {
  /** The rest of the line, or the next line. */
  readonly text: string;
  /** Place of the announcement in the response. */
  readonly at: number;
  /** Whether a colon or a line end announces it, after which words alone are an answer. */
  readonly isSetOff: boolean;
}

const adjectives = [
  "final(?:e)?|correct[ao]?|right|best|overall|exact[ae]|correcte|juste|bonne|richtige|korrekte|endgültige|certa|corretta|esatta|giusta|correta",
  "правильный|окончательный|верный|الصحيحة?|النهائية?|सही|अंतिम|最終的な|最终|最終|正确的?|正確的?|최종|juiste|rätta|poprawna|správná|doğru|benar",
].join("|");
const nouns = [
  "answer|respuesta|réponse|antwort|resposta|risposta|antwoord|svar(?:et)?|odpowied[zź]|odpověď|cevap|yanıt|đáp án|câu trả lời|jawaban(?:nya)?",
  "ответ|відповідь|απάντηση|תשובה|پاسخ|คำตอบ|উত্তর|उत्तर|जवाब|(?:ال)?[إا]جابة|(?:ال)?جواب",
  "答え|正解|解答|回答|答案|选项|選項|정답|답변|답",
  String.raw`(?:correct|right|best|bonne|richtige)\s+(?:option|choice|alternative)|(?:opción|alternativa|opção|opzione)\s+corr?e(?:c?ta|tta)|option\s+correcte|правильный\s+вариант`,
].join("|");
const copulas = [
  "is|isn't|was|wasn't|es|est|ist|lautet|é|è|är|er|to|brzmi|je|là|adalah|ialah|это|равен|равно|είναι|היא|הוא|هي|هو|है",
  "은|는|が|は|应是|應是|应为|是|为|為|选|選",
].map((words) => `(?:${words})`);
const markup = String.raw`[*_"'”’)\]]{0,4}`;

/** Matches "the answer is 72", `Réponse : 72`, 答案是72 and the like, up to the end of the line. */
const announced = new RegExp(
  String.raw`(?:(?<![\p{L}\p{M}])|(?<=[\p{Script=Han}\p{Script=Hiragana}]))(?:${nouns})${markup}` +
    String.raw`(?: {1,2}(?:${adjectives})){0,2}${markup}(?: to (?:the|this|your) [\w ]{1,40}?)?(?:` +
    String.raw` {0,4}([:：=])|[ \u00a0]{1,4}(${copulas[0] ?? ""})(?![\p{L}\p{M}'’])|\s?(${copulas[1] ?? ""})|(?<=उत्तर|जवाब|cevap)(?= ))(?: (?:thus|therefore|donc|por tanto|quindi|portanto|also))?` +
    String.raw`[*_:：,、 \t\u00a0]{0,6}(?=([^\n]{0,300}))`,
  "giu",
);
/** A heading such as `**Final Answer**`, whose answer is on the next line. */
const headed = new RegExp(
  String.raw`^[#>*_\s\d.✅🎯📝]{0,8}(?:(?:the|la|le|die|der|a|o|il|el)\s+)?(?:(?:${adjectives})\s*){0,2}(?:${nouns})(?: (?:${adjectives})){0,2}[*_ \t]{0,4}$`,
  "gimu",
);
/** Sentences that name an option or say that something is the answer, which is in a group. */
const chosen = new RegExp(
  [
    String.raw`\b(?:option|choice|answer|opción|opção|alternativa|opzione)\s+[*_(]{0,3}([A-J])[*_)]{0,3}(?:[.:][^\n.]{1,80}?)?\s+(?:is|es|est|ist|é|è)\s+(?:the\s+|la\s+|die\s+|a\s+)?(?:correct|right|best|richtig|juste|giusta|certa)`,
    String.raw`(?<![\p{L}\p{N}'’])[*_(]{0,3}([A-J])[*_).]{1,3}(?:\s[^\n.]{1,80}?)?\s+is\s+(?:the\s+)?(?:correct|right|best)\b`,
    String.raw`(?<![\p{L}\p{N}'’])([B-HJ])\s+is\s+(?:the\s+)?(?:correct|right|best)\b`,
    String.raw`(?<![\p{L}\p{N}.,$])([$€£]?\d[\d,.]*)(?:[ \t]\p{L}+){0,2}\*{0,2}\s+is\s+(?:the|your|our)\s+(?:final\s+|correct\s+|right\s+)?answer`,
    String.raw`\b(?:I|we)\s+(?:would\s+)?(?:choose|select|pick)\s+(?:option\s+|choice\s+)?[*_(]{0,3}([A-J])(?![\p{L}\p{N}'’])`,
    String.raw`вариант\s+[*_(«"]{0,3}([A-J])`,
    String.raw`(?:故选|故選|应选|應選|因此选|所以选|选择|選擇|选项|選項|选)\s*[:：]?\s*[*_(（]{0,3}([A-J])`,
    String.raw`([A-J])\s*(?:が正解|が正しい|是正确|是對|正确|가 정답|이 정답)`,
    String.raw`विकल्प\s+[*_(]{0,3}([A-J])`,
    String.raw`الخيار\s+[*_(]{0,3}([A-J])`,
    String.raw`^[ \t>]*[*_]{0,3}[(（]([A-Ja-j])[)）][*_.]{0,3}[ \t]*$(?![^]*\S)`,
  ].join("|"),
  "gmu",
);

/** What spares the slower searches in texts that announce nothing. */
const hints = {
  ascii:
    /answer|respuesta|antwo|resposta|risposta|svar|odpov|odpow|cevap|jawaban|\bis (?:the )?(?:correct|right|best)|(?:correct|right|best|richtige) (?:option|choice|alt)|option correcte|opci?on corre|(?:option|choice|alternativa|opzione) [*(_]{0,3}[A-J]\b|opzione corr|alternativa corr|\b(?:I|we) (?:would )?(?:choose|select|pick) |\([A-J]\)/i,
  other:
    /answer|respuesta|réponse|antwo|resposta|risposta|svar|odpov|odpow|cevap|yanıt|đáp án|câu trả lời|jawaban|ответ|відповідь|απάντηση|תשובה|پاسخ|คำตอบ|উত্তর|उत्तर|जवाब|جابة|جواب|[答选選択]|正解|답|correct|option|opción|opção|alternativa|opzione|вариант|विकल्प|الخيار|[(（][A-J][)）]/i,
} as const;
// eslint-disable-next-line no-control-regex
const ascii = /^[\0-\x7f]*$/;

/** All that a response announces, in its order. */
export function announcedIn(response: string): Announced[] {
  if (!hints[ascii.test(response) ? "ascii" : "other"].test(response)) return [];
  const found: Announced[] = [];
  for (const match of response.matchAll(announced)) {
    const [, colon, copula, gluedCopula, rest = ""] = match;
    // In "3 points per answer = 48 points" it is a unit.
    if (colon === "=" && /\d[^\n]*$/.test(response.slice(Math.max(0, match.index - 80), match.index))) continue;
    const text = rest.trim() === "" ? nextLine(response, match.index + match[0].length) : rest;
    const isNegated = copula?.endsWith("n't") ?? false;
    found.push({ text: isNegated ? `not ${text}` : text, at: match.index, isSetOff: colon !== undefined || gluedCopula !== undefined });
  }
  for (const match of response.matchAll(headed))
    found.push({ text: nextLine(response, match.index + match[0].length), at: match.index, isSetOff: true });
  for (const match of response.matchAll(chosen)) {
    const answer = match.slice(1).find((group) => group !== undefined) ?? "";
    found.push({ text: /\d/.test(answer) ? answer : `(${answer})`, at: match.index, isSetOff: false });
  }
  return found.toSorted((a, b) => a.at - b.at);
}

/** The next line with a word on it, without a list's bullet. */
function nextLine(text: string, from: number): string {
  const [, line = ""] = /^(?:[\s>]|\$\$|\\\[)*([^\n]*)/.exec(text.slice(from, from + 400)) ?? [];
  return line.replace(/^[-*•]\s+/, "");
}
