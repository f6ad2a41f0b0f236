import type { QuestionSettings } from "../phases/ask-questions.ts";
import { askObedience } from "../phases/check-response.ts";
import { obedienceLine, type Obedience } from "../phases/obedience.ts";
import type { RowUnderWay } from "../phases/row-under-way.ts";
import type { StepContext } from "../phases/step.ts";
import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { askDraw } from "./ask-draw.ts";
import type { DrawnRow } from "./calibrate.ts";

export interface ObedienceOptions {
  readonly settings: QuestionSettings;
  /** Takes a row through all phases. */
  readonly response: (example: Example) => Promise<RowUnderWay>;
  readonly check: StepContext;
}

/**
 * Asks the judge whether the last responses of a draw of rows follow their own system messages, and
 * whether they follow those of other rows, and draws the line between the two.
 * @throws as `askDraw`.
 */
export async function obedienceOn(draw: readonly DrawnRow[], { settings, response, check }: ObedienceOptions): Promise<Obedience> {
  const rows = new Map(await askDraw(draw, async ({ example }) => [example, await response(example)] as const));
  const scores = await askDraw(draw, async ({ example, stranger }) => {
    const [own, other] = [rows.get(example), rows.get(stranger)];
    const last = own?.messages.findLastIndex(isResponse) ?? -1;
    const said = own?.messages[last];
    if (own === undefined || other === undefined || said === undefined) return undefined;
    const checked = { history: own.messages.slice(0, last), response: said.content };
    const [ofOwn, ofForeign] = await Promise.all(
      [own, other].map(({ systemMessage }) => askObedience({ ...checked, systemMessage }, settings, check)),
    );
    return ofOwn === undefined || ofForeign === undefined ? undefined : { own: ofOwn, foreign: ofForeign };
  });
  return obedienceLine(
    scores.map(({ own }) => own),
    scores.map(({ foreign }) => foreign),
  );
}
