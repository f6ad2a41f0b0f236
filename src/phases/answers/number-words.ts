const units = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]; // prettier-ignore
const tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/** Zero to twelve in languages other than English. A dash stands for a word with other meanings. */
const others = [
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez - doce",
  "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
  "- eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
  "- um dois três quatro cinco seis sete oito nove dez onze doze",
  "- uno due tre quattro cinque sei sette otto nove dieci undici dodici",
  "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
  "零 一 二 三 四 五 六 七 八 九 十 十一 十二",
  "영 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 열하나 열둘",
  "शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह",
  "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
];

const values = new Map<string, number>([
  ...others.flatMap((words) => words.split(" ").map((word, value): [string, number] => [word, value])),
  ...units.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, index): [string, number] => [word, 10 * (index + 2)]),
]);
values.delete("-");

const longestWord = 12;
/** Words that make a number word part of something else, as in "one of them". */
const partOfMore = /^(?:of|or|and|to|de|di|von|more|less|half|thing|way|point|by|hundredth|third|fourth|fifth|tenth)s?$/;

/**
 * A text that begins with a number in words, with the number in digits. At most two other words may
 * follow, as in "twenty-four clips". English goes up to 99,999, other languages up to twelve.
 */
export function withDigits(text: string): string {
  const words = text.toLowerCase().split(/[\s-]+/, 10);
  if (words.length === 0 || !values.has((words[0] ?? "").slice(0, longestWord + 1))) return text;
  let total = 0;
  let group = 0;
  let used = 0;
  for (const word of words) {
    const value = values.get(word);
    if (value !== undefined && (used === 0 || group % 10 === 0)) group += value;
    else if (used > 0 && word === "hundred") group *= 100;
    else if (used > 0 && word === "thousand") [total, group] = [total + 1000 * group, 0];
    else if (!(used > 0 && word === "and" && values.has(words[used + 1] ?? "") && group >= 100)) break;
    used++;
  }
  const rest = words.slice(used);
  if (rest.length > 2 || rest.some((word) => !/^[\p{L}\p{M}]+$/u.test(word) || partOfMore.test(word))) return text;
  return [total + group, ...rest].join(" ");
}

/** English words from "two" on. Shorter ones of other languages are common words elsewhere. */
const sureWords = new Set([...units.slice(2), ...tens]);

/**
 * Whether a text says a number from zero to 99 as a word of its own. False if it says another
 * number in English words, and undefined if it says none.
 */
export function saysInWords(text: string, number: number): boolean | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+(?:-\p{L}+)?/gu) ?? [];
  if (words.some((word) => values.get(word) === number || (word.includes("-") && withDigits(word) === String(number)))) return true;
  return words.some((word) => sureWords.has(word.split("-", 1)[0] ?? "")) ? false : undefined;
}
