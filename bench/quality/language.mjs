// A detector of its own, so that messages are not measured by the detector that made them.

const words = {
  en: "the a an and or of to in on for with is are you your be it that this not by from as at do give use write only any each",
  es: "el la los las un una y o de del en con para por que es eres son tu su no al lo como más usa da sin sobre cada si",
  de: "der die das ein eine einen und oder von zu im in mit für ist bist sind du dein nicht auf den dem des als an gib bei aus wie es dich",
  fr: "le la les un une et ou de du des en avec pour par que est es êtes sont ton votre vous tu ne pas au aux ce dans sur chaque",
  pt: "o a os as um uma e ou de do da dos das em no na com para por que é são seu sua não ao como mais use você sem sobre cada se",
};
const languages = Object.entries(words).map(([code, list]) => ({ code, words: new Set(list.split(" ")) }));
/** From this share of Han characters among the letters on, a text is Chinese. */
const leastHan = 0.2;

/**
 * The language of a message in English, Spanish, German, French, Portuguese or Chinese, as its ISO
 * 639-1 code. It is the language with most words that are frequent in it. Undefined if there are
 * none, or as many of another language.
 */
export function languageOf(text) {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  if (letters > 0 && han / letters >= leastHan) return "zh";
  const said = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const counted = languages.map(({ code, words }) => ({ code, count: said.filter((word) => words.has(word)).length }));
  const [first, second] = counted.toSorted((a, b) => b.count - a.count);
  return first.count > second.count ? first.code : undefined;
}

export const knownLanguages = [...Object.keys(words), "zh"];
