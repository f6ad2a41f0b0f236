import type { MergedRun } from "../shards/merge-shards.ts";
import type { ShardsStatus } from "../shards/shards-status.ts";
import { compact, counted, thousands } from "../texts/number-text.ts";
import { section } from "./section.ts";
import { renderCounts, renderMoney, renderRows } from "./summary-text.ts";
import { pc } from "./terminal.ts";

/** Shards that are named one by one. */
const mostNamed = 20;

/** Renders how far the shards of a run came. */
export function renderShards({ planned, states, rows, calls, tokens, money, shards }: ShardsStatus, folder: string): string {
  const inWords = Object.entries(states).map(([state, count]) => `${thousands(count)} ${words(state)}`);
  const all = `${thousands(rows.done)} done, ${thousands(rows.dropped)} dropped, ${thousands(rows.failed)} failed`;
  const open = shards.filter(({ state, problem }) => problem === undefined && state !== "finished" && state !== "not-begun");
  const unread = shards.flatMap(({ shard, problem }) => (problem === undefined ? [] : [[shard, problem] as const]));
  return [
    `${pc.bold(counted(planned, "shard"))}  ${folder}   ${inWords.join(", ")}`,
    section("all shards", [
      ["rows", all],
      ["calls", `${thousands(calls)} paid, ${compact(tokens)} tokens`],
    ]),
    renderMoney(money),
    section(
      open.length > mostNamed ? `not finished (the first ${mostNamed} of ${open.length})` : "not finished",
      open
        .slice(0, mostNamed)
        .map(({ shard, state, rows: own, calls: paid }) => [
          shard,
          `${words(state)}, ${counted(own.done, "row")} done, ${counted(paid, "call")}`,
        ]),
    ),
    section("cannot be read", unread.slice(0, mostNamed)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Renders what a merge made of the shards of a run. */
export function renderMerge(merged: MergedRun, folder: string): string {
  const { state, waiting = 0, unfinished, joinedCalls, files } = merged;
  const named = unfinished.slice(0, mostNamed).map(({ shard, state: how }) => `${shard} (${words(how)})`);
  const more = unfinished.length > mostNamed ? ` and ${unfinished.length - mostNamed} more` : "";
  return [
    `${pc.bold(state === "finished" ? "Merged" : "Merged so far")}  ${folder}   ${renderRows(merged)}`,
    waiting > 0 ? pc.yellow(`${counted(waiting, "row")} not made yet. Merge again once the shards are through, or add --pay.`) : "",
    unfinished.length > 0 ? pc.yellow(`Shards that are not finished: ${named.join(", ")}${more}.`) : "",
    waiting === 0 && merged.stoppedBy !== undefined ? pc.yellow(merged.stoppedBy) : "",
    `${counted(joinedCalls, "call")} taken over from the shards.`,
    renderCounts(merged),
    renderMoney(merged.money),
    [`${pc.bold("dataset")}   ${files.dataset}`, `${pc.bold("rejected")}  ${files.rejected}`].join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A state as it is said, such as `not begun`. */
function words(state: string): string {
  return state.replace("-", " ");
}
