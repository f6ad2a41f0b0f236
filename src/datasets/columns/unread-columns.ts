import type { Example } from "../../records/example.ts";
import { plainName, textsOf } from "./column-names.ts";

/** Names of columns that say where a row is from or what kind it is, and hold no prompt. */
const metadata =
  /(?:^|id|_)(?:id|ids|uuid|guid|hash|md5|sha1|sha256|checksum|url|urls|uri|link|links|href|source|sources|src|origin|dataset|datasets|data_source|subset|split|config|category|categories|topic|topics|subject|subjects|domain|domains|field|genre|theme|lang|langs|language|languages|locale|license|licence|author|authors|user|username|annotator|annotators|model|models|model_name|generator|engine|date|datetime|time|timestamp|created|created_at|updated|updated_at|version|revision|type|types|kind|tag|tags|label|labels|score|scores|rating|ratings|rank|quality|difficulty|level|grade|year|status|state|file|filename|filenames|path|paths|title|titles|name|names|index|idx|row|line|no|num|number|key|group|cluster|cluster_id|embedding|embeddings|token_ids|input_ids|attention_mask|redacted|toxic|toxicity|moderation|openai_moderation|sysgen)$/i;
/** A text of this many characters is named whatever its column is called. */
const long = 200;
/** Values that are no prose, such as an address, a number or a hash. */
const code = /^(?:https?:\/\/\S+|[-+]?[\d.,:/ TZ-]+|[0-9a-f-]{16,}|\S*[/\\]\S+\.\w{1,5})$/i;

/** Finds columns of a dataset that hold text and that nothing reads. */
export class UnreadColumns {
  readonly #found = new Set<string>();

  /** Looks at a row's other columns. What the conversation says too is not unread. */
  add({ columns, messages, systemMessage }: Pick<Example, "columns" | "messages" | "systemMessage">): void {
    for (const name in columns) {
      if (this.#found.has(name)) continue;
      const texts = textsIn(columns[name]).filter((text) => !code.test(text.trim()));
      const length = texts.reduce((sum, text) => sum + text.length, 0);
      if (length === 0 || (length < long && isMetadata(name))) continue;
      const isSaid = (text: string): boolean =>
        systemMessage?.includes(text) === true || messages.some(({ content }) => content.includes(text));
      if (texts.every((text) => isSaid(text.trim()))) continue;
      this.#found.add(name);
    }
  }

  get names(): readonly string[] {
    return [...this.#found];
  }
}

function isMetadata(name: string): boolean {
  return metadata.test(name) || metadata.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2")) || metadata.test(plainName(name));
}

/** The texts in a column. An object that is no list is metadata, unless it is long. */
function textsIn(value: unknown): string[] {
  const texts = textsOf(value).filter((text) => text.trim() !== "");
  const isText = typeof value === "string" || Array.isArray(value);
  return isText || texts.reduce((sum, text) => sum + text.length, 0) >= long ? texts : [];
}

/** What a person should know of them. Undefined when there are none. */
export function unreadWarning(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 10).join(", ");
  const columns = names.length === 1 ? `The column ${shown} holds` : `The columns ${shown}${names.length > 10 ? ", ..." : ""} hold`;
  return `${columns} text that is not read: no prompt shows it, and it is carried along as it is. If it belongs to the instruction, join it to the instruction's column first.`;
}
