import { UsageError } from "../errors.ts";
import { phaseNames } from "../phases/index.ts";
import type { Identity, Manifest } from "./manifest.ts";

/** A setting that differs between two configurations. */
export interface Difference {
  readonly setting: string;
  /** The first phase that the setting touches, or `input`. */
  readonly phase: string;
  readonly before: Identity[string]["value"];
  readonly now: Identity[string]["value"];
}

export function differences(before: Identity, now: Identity): Difference[] {
  const settings = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return settings.flatMap((name) => {
    const a = before[name];
    const b = now[name];
    if (a?.value === b?.value) return [];
    return [{ setting: name, phase: (b ?? a)?.phase ?? "input", before: a?.value ?? null, now: b?.value ?? null }];
  });
}

const order: readonly string[] = ["input", ...phaseNames];
/** A phase that this version does not know may come first. */
const rankOf = (phase: string): number => Math.max(0, order.indexOf(phase));

/** What the user allows a command to do in a run directory of another configuration. */
export interface Permission {
  readonly force: boolean;
  /** The change may touch this phase and those after it. */
  readonly rerunPhase: string | undefined;
  /** The configuration stands in a plan of shards, which no command of a part may change. */
  readonly isPlanned?: boolean;
}

/** @throws UsageError when a difference touches a phase that the user does not allow to change. */
export function refuseChanges(folder: string, changed: readonly Difference[], { force, rerunPhase, isPlanned = false }: Permission): void {
  const allowedFrom = force ? 0 : rerunPhase === undefined ? Infinity : rankOf(rerunPhase);
  const refused = changed.filter(({ phase }) => rankOf(phase) < allowedFrom);
  if (refused.length === 0) return;
  const earliest = order[Math.min(...refused.map(({ phase }) => rankOf(phase)))];
  const said = `${folder} was made with another configuration (${listed(refused)}).`;
  if (isPlanned)
    throw new UsageError(
      `${said} All shards of a plan have one: plan the run again as it was when the first shard began, or choose another --out for sysgen shards.`,
    );
  const rerun = earliest === "input" ? "" : `--rerun-phase ${earliest} or `;
  throw new UsageError(
    `${said} Either choose another --out, or go on here with ${rerun}--force: calls that the change does not touch are not paid again.`,
  );
}

/** Whether the user had a phase of a run asked anew, so that its rows are of other replies. */
export function isAskedAnew({ rounds }: Pick<Manifest, "rounds">): boolean {
  return Object.values(rounds).some((round) => round > 0);
}

/** Names settings with both values, such as `model: "a" there, "b" now`. */
export function listed(changed: readonly Difference[]): string {
  return changed
    .map(({ setting, before, now }) => `${inWords(setting)}: ${JSON.stringify(before)} there, ${JSON.stringify(now)} now`)
    .join("; ");
}

/** What a hash stands for is said, because a person changed a file and no hash. */
function inWords(setting: string): string {
  const [, phase] = /^prompts\.(\w+)$/.exec(setting) ?? [];
  if (phase === undefined) return setting;
  const parts = phase === "generate" ? "prompt, demonstrations or guidance" : phase === "respond" ? "instructions" : "rubric or guidance";
  return `what ${phase} asks, its ${parts} (${setting})`;
}

/** Which phases of a run are asked anew. */
export interface Rerun extends Required<Pick<Manifest, "rounds">> {
  /** The phase that is being asked anew, until that run has ended. */
  readonly rerunning: string | null;
  /**
   * This command begins to ask the phase anew. Otherwise it goes on with one that was broken off.
   */
  readonly begins: boolean;
}

/**
 * The rounds of a run that the user starts with `--rerun-phase`, or without.
 * - With another configuration the calls differ anyway, so no round is counted up.
 * - A rerun that was broken off goes on in the same round, so that no reply is paid again.
 */
export function beginRerun(before: Manifest | undefined, rerunPhase: string | undefined, isChanged: boolean): Rerun {
  const rounds = { ...before?.rounds };
  const begins = rerunPhase !== undefined && before !== undefined && !isChanged && before.rerunning !== rerunPhase;
  if (begins) rounds[rerunPhase] = (rounds[rerunPhase] ?? 0) + 1;
  return { rounds, rerunning: rerunPhase ?? (isChanged ? null : (before?.rerunning ?? null)), begins };
}
