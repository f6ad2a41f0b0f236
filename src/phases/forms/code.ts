import { fencedBlocks } from "../../texts/fenced-blocks.ts";
import { languageOfBlock, languageOfResponse } from "../code/language.ts";
import { anyOf, begins, upTo } from "./request.ts";
import type { ResponseForm } from "./response-form.ts";

const request = anyOf(
  `${begins}(?:write|implement|create|build|develop|complete|finish|code|generate|give|provide|show|make|fix|refactor|rewrite|debug|correct|convert|translate|optimi[sz]e|modify|amend|update|add|replace|parse)\\s+(?:me )?${upTo(
    "of|about|on|in|for|to|how|why|what|that|which|with|from|between|behind|explain\\w*|describ\\w*",
  )}(?:functions?|programs?|scripts?|code|class|methods?|quer(?:y|ies)|regex|regular expression|snippets?|html|css|unit tests?)\\b`,
  `${begins}(?:escrib[ea]|crea|implement[ae]|desarroll[ae]|complet[ae]|program[ae]|gener[ae]|diseñ[ae]|corrig[ea]|haz|dame|convierte)\\s+${upTo(
    "de|del|sobre|para|en|que|cómo",
  )}(?:función|programa|script|código|clase|método|consulta)`,
  `${begins}(?:schreiben?|erstellen?|implementieren?|entwick(?:le|eln)|vervollständigen?|programmieren?|generieren?|gib|korrigieren?)\\s+${upTo(
    "von|über|für|zu|zum|zur|der|des|wie|mit",
  )}(?:\\S*funktion|\\S*programm|\\S*skript|\\S*script|\\S*code|\\S*klasse|\\S*methode|\\S*abfrage)(?!\\p{L})`,
  `${begins}(?:écri[st]|écrivez|crée[rz]?|implémente[rz]?|développe[rz]?|complète|complétez|programme[rz]?|génère|générez|donne[rz]?|rédige[rz]?|corrige[rz]?)(?:-moi)?\\s+${upTo(
    "de|du|des|sur|pour|en|que|comment",
  )}(?:fonction|programme|script|code|classe|méthode|requête)`,
  `${begins}(?:escrev[ae]|cri[ae]|implement[ae]|desenvolv[ae]|complet[ae]|program[ae]|ger[ae]|corrij[ae]|faça|dê)\\s+${upTo(
    "de|do|da|sobre|para|em|que|como",
  )}(?:função|programa|script|código|classe|método|consulta)`,
  "(?<!(?:如何|怎么|怎样|想要)[^，。？！\\n]{0,4})(?:写|编写|实现|创建|完成|补全|生成|设计|修改|修复|重构|给出|提供)(?:(?!关于|说明|解释)[^。？！\\n]){0,20}(?:函数|程序|脚本|代码|SQL|查询语句)",
);

/** What is done to code that the instruction holds. */
const edit = anyOf(
  `${begins}(?:complete|finish|implement|fix|refactor|rewrite|debug|correct|convert|translate|optimi[sz]e|modify|amend|port|fill in|add|replace)\\b`,
  `${begins}(?:completa|implementa|corrige|convierte|traduce|optimiza|modifica|vervollständige|implementiere|korrigiere|übersetze|optimiere|complète|implémente|convertis|traduis|complete|implemente|corrija|converta|traduza|otimize)(?!\\p{L})`,
  "补全|完成|修复|修改|重构|改写|转换|优化",
);

/** Labels of fenced blocks that hold no code. */
const noCode = new Set(["", "text", "txt", "plaintext", "plain", "markdown", "md", "latex", "tex", "math", "output", "csv"]);

/** A line that may be code in some language. Prose hardly ever has one. */
const codeLine =
  /^[ \t]{0,40}(?:(?:async )?def |class \w+.*[:{(]|from \S+ import |import \S+|return\b|(?:for|while|if|elif|else|try|except|with|switch|match)\b.*[:{]\s*$|#include|#!|<\/?[a-z!][^>]*>|(?:public|private|protected|static|const|let|var|val|fn|func|fun|function|package|using|namespace|struct|interface|type|end|local|my|lambda|print|echo|puts|printf|console)\b.*[=({;]|(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|MERGE|GRANT)\b|@\w+|\$ ?\w|[\w.[\]"']+\s*[-+*/%|&]?=\s*\S|[\w.]+\(.*\)\s*$|.*\s(?:=|:=|->|=>|<-)\s|.*[;{}]\s*$)/m;
/** Code within a line, such as `a[::-1]`. */
const inlineCode = /`[^`\n]*[^\w\s`][^`\n]*`/;

/** Code, in a fence or as a whole response. */
export const code: ResponseForm = {
  name: "code",
  isIn: (original) =>
    languageOfResponse(original) !== undefined ||
    fencedBlocks(original).blocks.some((block) => !noCode.has(block.label) || languageOfBlock(block.code) !== undefined),
  mayBeIn: (response) => response.includes("```") || response.includes("~~~") || inlineCode.test(response) || codeLine.test(response),
  // The instruction may also be code that is to be completed, or hold code that is to be changed.
  isAsked: (instruction) =>
    request.test(instruction) ||
    languageOfResponse(instruction) !== undefined ||
    (edit.test(instruction) && (fencedBlocks(instruction).blocks.length > 0 || languageOfBlock(instruction) !== undefined)),
};
