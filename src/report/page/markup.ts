import { html, raw } from "hono/html";

/** Escaped markup. Every value in an `html` template is escaped unless it is markup itself. */
export type Markup = ReturnType<typeof html>;

export { html };

/** Text that is markup already. Only for what this folder and its chart library made. */
export function trusted(markup: string): Markup {
  return raw(markup);
}

export const nothing: Markup = raw("");
