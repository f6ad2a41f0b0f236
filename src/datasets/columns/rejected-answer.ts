import { RowError, type Columns } from "../formats/format.ts";
import { plainName } from "./column-names.ts";

/** Columns that say whether a row's response is one to learn from, as KTO data has them. */
const labels: ReadonlySet<string> = new Set([
  "label",
  "kto",
  "ktotag",
  "ktolabel",
  "desirable",
  "isdesirable",
  "preferred",
  "ispreferred",
  "accepted",
  "isaccepted",
  "ischosen",
  "chosen",
  "isgood",
  "good",
]);
const opposites: ReadonlySet<string> = new Set(["rejected", "isrejected", "reject", "undesirable", "isundesirable", "isbad"]);
/** Columns that hold a response that was found worse than another. */
const rejectedName =
  /^(?:rejected|reject|dispreferred|losing)(?:s|response|responses|answer|answers|output|completion|messages|conversation|conversations|message|text|traj|reply)?$|^(?:response|answer|completion|output|messages)(?:rejected|reject)$/;

/**
 * Refuses rows whose response is an example of what not to say.
 * @throws RowError with the reason `rejected-answer`.
 */
export function refuseRejected(row: Columns): void {
  for (const name in row) {
    const value = row[name];
    const said = truth(value);
    if (said === undefined) continue;
    const plain = plainName(name);
    // Numbers under `label` are mostly classes. Beside prompt and completion they are KTO's.
    if (typeof value === "number" && plain === "label" && !("prompt" in row && "completion" in row)) continue;
    if ((!said && labels.has(plain)) || (said && opposites.has(plain)))
      throw new RowError("rejected-answer", `column "${name}" is ${String(value)}: the response is one that the data rejects`);
  }
}

function truth(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 0 || value === 1) return value === 1;
  if (typeof value !== "string" || value.length > 12) return undefined;
  if (/^\s*(?:false|undesirable|rejected|bad)\s*$/i.test(value)) return false;
  return /^\s*(?:true|desirable|chosen|good)\s*$/i.test(value) ? true : undefined;
}

/** Whether a column holds a rejected response, which is no data to train on. */
export function holdsRejected(name: string, value: unknown): boolean {
  return value !== null && (typeof value === "object" || typeof value === "string") && rejectedName.test(plainName(name));
}
