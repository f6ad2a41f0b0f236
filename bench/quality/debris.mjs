import { repeatsItself } from "../../dist/texts/word-overlap.js";
import { weighedWords } from "../../dist/texts/word-hashes.js";

/** A phrase of more characters or sentences has run on. */
const most = { characters: 240, sentences: 4 };
/** From this length on, a phrase without an end has met the limit of the decoder. */
const nearLimit = 140;

const closed = /[.!?。！？…:;)\]"'”’»」`*]$/u;
/** Words that no sentence ends with, in the languages of the rows. */
const openEnds =
  /(?:[,，、([{«„“]|(?:^|\s)(?:the|a|an|and|or|of|to|with|for|from|by|el|la|los|un|una|y|de|del|con|para|der|die|das|ein|eine|und|oder|mit|für|le|les|du|des|et|avec|pour|os|um|uma|e|do|da|com))$/iu;

/**
 * What is wrong with the text of a phrase. `marks` is a bracket of a tag, `cut` is a text that ends
 * before its sentence does, and `run-on` is a text that does not find its end.
 */
export function debrisIn(text) {
  const found = [];
  const plain = text.trim();
  if (/[<>]/.test(plain.replaceAll(/`[^`]*`/g, ""))) found.push("marks");
  if (openEnds.test(plain) || (plain.length >= nearLimit && !closed.test(plain))) found.push("cut");
  const sentences = plain.split(/[.!?]+\s|[。！？]/u).filter((part) => part.trim() !== "").length;
  if (plain.length > most.characters || sentences > most.sentences || repeatsItself(weighedWords(plain))) found.push("run-on");
  return found;
}
