import type { Message } from "../../records/message.ts";
import { RowError, type Columns } from "../formats/format.ts";
import { isBlank, plainName } from "./column-names.ts";

/** The names of columns and keys that hold an image, a sound or a film, or say where it is. */
const mediaName =
  /^(?:input|user|question|query|prompt)?(?:images?|imgs?|pictures?|pics?|photos?|audios?|videos?|screenshots?|figures?|pixelvalues|speech|waveform|wavs?|multimodal(?:data|inputs?)?|mmdata)(?:path|paths|file|files|filename|filenames|bytes|base64|b64|data|list|input|inputs|[0-9])?$/;
const imageAddress = /^(?:images?|imgs?|pictures?|photos?|audios?)(?:urls?|uris?|links?)$/;
/** What stands in a text for an image, a sound or a film. */
const placeholder =
  /<image>|<(?:image|video|audio|img)_?\d+>|<\|?(?:image|video|audio)(?:_\d+|_pad|_placeholder)?\|>|<\|vision_start\|>|<\|audio_(?:bos|start)\|>|<\|AUDIO\||<(?:image|audio|video)[-_]?(?:placeholder|here|soft_token)>|<ImageHere>|<__media__>|<start_of_image>|\[IMG\]|(?:^|\n)[ \t]*<(?:video|audio)>(?=[ \t]*(?:\n|[A-Z]))|\n[ \t]*<(?:video|audio)>[ \t]*$/i;

/**
 * Refuses rows whose conversation is about an image, a sound or a film, which no text model sees.
 * @throws RowError with the reason `not-text`.
 */
export function refuseMedia(row: Columns, turns: readonly Message[]): void {
  for (const name in row) if (isMedia(name, row[name])) throw new RowError("not-text", `column "${name}": the row is about more than text`);
  for (const [index, { role, content, extra }] of turns.entries()) {
    for (const name in extra) {
      if (isMedia(name, extra[name])) throw new RowError("not-text", `message ${index + 1}: "${name}" holds more than text`);
    }
    if (role !== "user" || !(content.includes("<") || content.includes("[IMG]"))) continue;
    const found = placeholder.exec(content)?.[0].trim();
    if (found !== undefined && !isQuoted(content, found))
      throw new RowError("not-text", `message ${index + 1}: "${found}" stands for something that is no text`);
  }
}

function isMedia(name: string, value: unknown): boolean {
  if (value == null || typeof value === "boolean" || typeof value === "number") return false;
  const plain = plainName(name);
  return (mediaName.test(plain) || imageAddress.test(plain)) && !isBlank(value);
}

/** Whether a text speaks of a tag, as questions about HTML and SVG do. */
function isQuoted(content: string, tag: string): boolean {
  return (
    content.includes(`\`${tag}`) ||
    content.includes(`"${tag}`) ||
    content.includes(tag.replace("<", "</")) ||
    /<(?:html|svg|body|div)\b/i.test(content)
  );
}
