import { formsIn } from "../../texts/markdown-forms.ts";
import { anyOf, begins } from "./request.ts";
import type { ResponseForm } from "./response-form.ts";

const request = anyOf(
  `${begins}(?:create|make|draw|generate|give|provide|build|produce|prepare|write|compile)\\s+(?:me |us )?an? (?:[\\w-]+ ){0,3}table\\b(?! of contents| tennis)`,
  "\\b(?:as|in|into|using|with) an? (?:[\\w-]+ ){0,2}table\\b(?! of contents| tennis)|\\bin (?:a )?(?:table|tabular) form(?:at)?\\b|\\btabulate\\b",
  "(?:en|como|mediante|con) (?:forma de |formato de )?(?:una )?tabla(?!\\p{L})|(?:crea|haz|genera|elabora|dame|prepara)(?:me)? una tabla(?!\\p{L})",
  "als (?:\\S+ )?tabelle(?!\\p{L})|in (?:einer|form einer) (?:\\S+ )?tabelle|in tabellenform|tabellarisch|(?:erstellen?|mache?|generieren?|gib)(?: sie)?(?: mir)? eine (?:\\S+ )?tabelle(?!\\p{L})",
  "sous (?:la )?forme (?:de|d'un) tableau|(?:dans|avec|en) (?:un )?tableau(?!\\p{L})|(?:crée|fais|dresse|génère|donne|établis|prépare|créez|faites|dressez)(?:-moi)? un tableau(?!\\p{L})",
  "(?:em|como|numa) (?:forma de |formato de )?(?:uma )?tabela(?!\\p{L})|(?:crie|faça|monte|gere|elabore|prepare) uma tabela(?!\\p{L})",
  "表格",
);
/** Words of instructions whose table is one of a database, a web page or a document's source. */
const otherTable =
  /\b(?:sql|mysql|postgres\w*|sqlite|database|base de dato?s|datenbank|html|latex|csv|tsv|json|dataframe|pandas|excel)\b|数据库/i;

/** A table of Markdown, HTML or LaTeX, drawn with lines, or with tabs. */
const anyTable = /\|[^\n]*\||<t[rdh]\b|\\begin\{(?:tabular|array|longtable)|[│┃║]|^[^\t\n]+\t[^\n]+\n[^\t\n]+\t/m;

/** A table of Markdown. */
export const table: ResponseForm = {
  name: "a table",
  isIn: (original) => original.includes("|") && formsIn(original).has("table"),
  mayBeIn: (response) => anyTable.test(response),
  // What is said of a table that the instruction holds is no request for one.
  isAsked: (instruction) => request.test(instruction) && !otherTable.test(instruction) && !formsIn(instruction).has("table"),
};
