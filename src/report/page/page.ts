import { html, trusted, type Markup } from "./markup.ts";
import { style } from "./style.ts";
import { themeStyle } from "./theme.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

interface Page {
  readonly title: string;
  readonly masthead: Markup;
  readonly sections: readonly Section[];
  readonly footer: Markup;
}

/**
 * Nothing may be fetched and no script may run. The page has no script, and texts in it come from
 * others. The style is in the page, and bars have their lengths in style attributes.
 */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole document. */
export function page({ title, masthead, sections, footer }: Page): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${trusted(themeStyle() + style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">To the report</a>
        <div class="page">
          <header>
            <div class="masthead">${masthead}${themeChoice}</div>
            <nav aria-label="Sections">
              <ul>
                ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
              </ul>
            </nav>
          </header>
          <main id="main">
            ${sections.map(
              ({ id, title, content }) =>
                html`<section id="${id}" aria-labelledby="${id}-title">
                  <h2 id="${id}-title">${title}</h2>
                  ${content}
                </section> `,
            )}
          </main>
          <footer>${footer}</footer>
        </div>
      </body>
    </html> `;
}

// Radio buttons that the style reads: the choice lasts as long as the page is open.
const themeChoice = html`<form>
  <fieldset class="theme">
    <legend>Colours</legend>
    <input type="radio" name="theme" id="theme-system" checked /><label for="theme-system">System</label>
    <input type="radio" name="theme" id="theme-light" /><label for="theme-light">Light</label>
    <input type="radio" name="theme" id="theme-dark" /><label for="theme-dark">Dark</label>
  </fieldset>
</form>`;
