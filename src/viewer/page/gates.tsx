import type { RowPage } from "../wire-shapes.ts";
import { actionText } from "./words.ts";

type Gate = RowPage["gates"][number];

/**
 * What gates found in new responses, and what was done then. What they could not check is apart.
 */
export function Gates({ gates }: Pick<RowPage, "gates">) {
  const found = gates.filter(({ action }) => action !== "not-checked");
  const notChecked = gates.filter(({ action }) => action === "not-checked");
  if (gates.length === 0) return null;
  return (
    <section aria-labelledby="gates-title">
      <h3 id="gates-title">Gates</h3>
      {found.length > 0 && (
        <div class="wide">
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">Gate</th>
                <th scope="col">Response</th>
                <th scope="col">What it found</th>
                <th scope="col">Then</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ gate, turn, detail, action }, index) => (
                <tr key={index}>
                  <td>{gate}</td>
                  <td>{turn + 1}</td>
                  <td>{detail}</td>
                  <td class={`action action-${action}`}>{actionText(action)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {notChecked.map((gate, index) => (
        <p key={index} class="dim">
          {notCheckedText(gate)}
        </p>
      ))}
    </section>
  );
}

function notCheckedText({ gate, turn, detail }: Gate): string {
  return `Not checked by ${gate} in response ${turn + 1}: ${detail}. This says nothing against the response.`;
}
