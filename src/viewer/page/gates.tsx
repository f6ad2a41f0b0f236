import type { RowPage } from "../wire-shapes.ts";

/** What gates found in new responses, and what was done then. */
export function Gates({ gates }: Pick<RowPage, "gates">) {
  if (gates.length === 0) return null;
  return (
    <section aria-labelledby="gates-title">
      <h3 id="gates-title">Gates</h3>
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
          {gates.map(({ gate, turn, detail, action }, index) => (
            <tr key={index}>
              <td>{gate}</td>
              <td>{turn + 1}</td>
              <td>{detail}</td>
              <td>{action}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
