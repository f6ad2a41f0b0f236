import { listItem } from "../../texts/markdown-forms.ts";
import { anyOf, begins } from "./request.ts";
import type { ResponseForm } from "./response-form.ts";

/** A list is named. */
const named = anyOf(
  `${begins}list (?!of\\b|comprehension|is\\b|are\\b|has\\b|was\\b|contain|below|above)`,
  "\\bbullet[- ]?points?\\b|\\bbulleted\\b|\\bbullets\\b|\\bnumbered list\\b|\\blist form(?:at)?\\b",
  `${begins}(?:make|create|write|give|provide|compile|generate|prepare|produce|brainstorm|draw up)\\s+(?:me |us )?(?:an?|the) (?:[\\w-]+ ){0,3}(?:check)?list\\b`,
  "(?<!\\p{L})(?:enumera|haz una lista|dame una lista|crea una lista|lista (?:los|las|tres|cuatro|cinco|seis|diez|\\d+)|viñetas|lista numerada|forma de lista)(?!\\p{L})",
  "(?<!\\p{L})(?:listen? [^.?!\\n]{1,80} auf|zähle? [^.?!\\n]{1,80} auf|in stichpunkten|als stichpunkte|stichpunktartig|als aufzählung|nummerierte liste|als liste|(?:erstelle|mache?|gib mir) eine (?:\\S+ )?liste)(?!\\p{L})",
  "(?<!\\p{L})(?:énumère|énumérez|listez?(?:-moi)? (?:les|des|trois|quatre|cinq|six|dix|\\d+)|(?:fais|dresse|donne-moi|crée|établis) une liste|liste à puces|sous forme de liste|liste numérotée)(?!\\p{L})",
  "(?<!\\p{L})(?:enumere|liste (?:os|as|três|quatro|cinco|seis|dez|\\d+)|(?:faça|crie|dê-me|elabore) uma lista|em tópicos|com marcadores|lista numerada|forma de lista)(?!\\p{L})",
  "列出|列举|清单|项目符号|分点|逐条|要点形式",
);
/** The instruction wants no list. */
const refused =
  /\b(?:no|not|without|avoid|don't|never|instead of|rather than|sin|ohne|sans|sem)\b[^.\n]{0,30}\b(?:bullet|list|viñetas|stichpunkte|puces|marcadores)/i;

const many = "(?:[3-9]|[1-9]\\d)";
/** What is counted without being a list. */
const units =
  "words?|sentences?|paragraphs?|lines?|stanzas?|verses?|syllables?|characters?|pages?|minutes?|hours?|days?|weeks?|months?|years?|percent|dollars|palabras|frases|oraciones|párrafos|líneas|versos|sätze\\w*|wörter\\w*|absätze\\w*|zeilen|minuten|stunden|tage\\w*|mots|phrases|paragraphes|lignes|vers|minutes|jours|palavras|parágrafos|linhas|minutos|horas|dias|días|años|anos";
const plurals = `(?:(?!(?:${units})(?!\\p{L}))[^\\s.?!]+\\s+){0,4}?(?!(?:${units})(?!\\p{L}))`;
/** A number of things is asked for. */
const counted = anyOf(
  `${begins}(?:give|name|provide|suggest|share|write|show|generate|come up with|create|tell|offer|propose|recommend|identify|mention|state|think of|brainstorm|outline|list|what are|describe)\\s+(?:(?:me|us|out|at least|about|up to|the|any|my|a list of)\\s+)*(?:three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|${many})\\s+${plurals}[\\w-]{2,}s(?!\\p{L})`,
  `${begins}(?:da(?:me|nos)?|nombra|menciona|proporciona|sugiere|escribe|indica|dime|propón|cuáles son|genera|comparte)\\s+(?:(?:los|las|al menos)\\s+)*(?:tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|${many})\\s+${plurals}\\p{L}{2,}s(?!\\p{L})`,
  `${begins}(?:gib|nennen?|schlage?|schreiben?|liefere|was sind)\\s+(?:(?:mir|uns|sie|mindestens|die)\\s+)*(?:drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig|${many})\\s+(?!(?:${units})(?!\\p{L}))\\p{L}{2,}`,
  `${begins}(?:donne[rz]?|cite[rz]?|nomme[rz]?|propose[rz]?|suggère|écris|indique[rz]?|quels sont|quelles sont)(?:-moi|-nous)?\\s+(?:(?:les|au moins)\\s+)*(?:trois|quatre|cinq|six|sept|huit|neuf|dix|douze|vingt|${many})\\s+${plurals}\\p{L}{2,}[sx](?!\\p{L})`,
  `${begins}(?:dê(?:-me)?|cite|nomeie|mencione|sugira|escreva|indique|quais são|dá-me)\\s+(?:(?:os|as|pelo menos|ao menos)\\s+)*(?:três|quatro|cinco|seis|sete|oito|nove|dez|doze|vinte|${many})\\s+${plurals}\\p{L}{2,}s(?!\\p{L})`,
  "(?:给|列|举|说|写|推荐|提供|提出|分享|介绍)[^。？！\\n]{0,8}?(?:[三四五六七八九十]|[3-9]|[1-9]\\d)\\s?(?:个(?!字|月|小时)|条|种|项|点|本|部|款|件|位|道)",
);

/** A line that begins an item, also in shapes that Markdown does not know. */
const anyItem =
  /^\s*(?:[-*+•·‣◦▪●○✓✔➢>–—]|#{1,6}\s|\*\*|[(（]?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)）、．:：]|[①-⑳]|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十])/i;
/** Items within a line, such as "1) tea 2) milk". */
const inlineItem = /(?:^|[\s(（:：;；,，])(?:\d{1,2}[.)）、]|[①-⑳])/g;
const ordinal =
  /(?<!\p{L})(?:first|second|third|fourth|fifth|next|finally|lastly|primer[oa]|segund[oa]|tercer[oa]?|finalmente|erstens|zweitens|drittens|schließlich|premi[eè]re?(?:ment)?|deuxi[eè]me(?:ment)?|troisi[eè]me(?:ment)?|enfin|primeir[oa]|terceir[oa]|por fim|首先|其次|再次|最后|第[一二三四五六七八九十])/giu;
const sentenceEnd = /[.!?。！？]+(?:\s|$)|[。！？\n]/;
const separator = /[,;，；、/]|\s(?:and|or|y|und|et|e|ou|oder)\s|和/;
/** An item of a list within a sentence has at most so many words. */
const shortItem = 6;
/** A line that is an item without a mark has at most so many words. */
const shortLine = 20;

/** A list of three or more items. A response that holds code too is about the code. */
export const list: ResponseForm = {
  name: "a list",
  isIn: (original) => itemsIn(original) >= 3 && !original.includes("```"),
  mayBeIn(response, original, instruction) {
    const lines = response.split("\n").filter((line) => line.trim() !== "");
    if (lines.filter((line) => anyItem.test(line)).length >= 2) return true;
    if (countOf(inlineItem, response) >= 2 || countOf(ordinal, response) >= 2) return true;
    // Half of the items may do.
    const enough = Math.max(3, Math.ceil(itemsIn(original) / 2));
    const isNamed = named.test(instruction);
    const sentences = response.split(sentenceEnd).filter((sentence) => sentence.trim() !== "");
    return (
      lines.filter((line) => !isNamed || wordsIn(line) <= shortLine).length >= enough ||
      (!isNamed && sentences.length >= enough) ||
      sentences.some((sentence) => itemsWithin(sentence) >= enough)
    );
  },
  isAsked: (instruction) => !refused.test(instruction) && (named.test(instruction) || counted.test(instruction)),
};

function itemsIn(text: string): number {
  return text.split("\n").filter((line) => listItem.test(line)).length;
}

function countOf(pattern: RegExp, text: string): number {
  return new Set(text.match(pattern)?.map((found) => found.trim().toLowerCase())).size;
}

/** Most short pieces in a row between commas of a sentence. */
function itemsWithin(sentence: string): number {
  let most = 0;
  let row = 0;
  for (const piece of sentence.split(separator)) {
    if (piece.trim() === "") continue;
    row = wordsIn(piece) <= shortItem ? row + 1 : 0;
    most = Math.max(most, row);
  }
  return most;
}

/** Words between spaces. A character of Chinese or Japanese counts as a third of a word. */
function wordsIn(text: string): number {
  const characters = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return text.trim().split(/\s+/).length + characters / 3;
}
