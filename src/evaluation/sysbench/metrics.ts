import { ratio, type Statistic } from "../../statistics/bootstrap.ts";
import { mean, sum } from "../../statistics/sampling.ts";

/**
 * Whether a response satisfies a criterion. `other` is a verdict that is neither yes nor no, which
 * some of the released ones are. A verdict of this program's judge is one of the two.
 */
export type Satisfied = "yes" | "no" | "other";

/** What the judge found of one turn. */
export interface JudgedTurn {
  readonly isAligned: boolean;
  /** By criterion, with its type. Null if the judge's reply could not be read. */
  readonly verdicts: readonly { readonly type: string; readonly satisfied: Satisfied }[] | null;
}

export interface JudgedSession {
  readonly isDependent: boolean;
  readonly turns: readonly JudgedTurn[];
}

/**
 * Whether a turn is satisfied as the released code counts it. It looks for a no, so a verdict that
 * is neither yes nor no does not fail a turn.
 */
function isUsable({ verdicts }: JudgedTurn): boolean | undefined {
  return verdicts === null ? undefined : !verdicts.some(({ satisfied }) => satisfied === "no");
}

/** How many of the first turns are satisfied, up to the first that is not. */
export function turnsHeld({ turns }: JudgedSession): number {
  const first = turns.findIndex((turn) => isUsable(turn) !== true);
  return first === -1 ? turns.length : first;
}

/** The share of a turn's criteria that are satisfied. */
function shareSatisfied({ verdicts }: JudgedTurn): number {
  return mean((verdicts ?? []).map(({ satisfied }) => (satisfied === "yes" ? 1 : 0)));
}

const isRead = ({ verdicts }: JudgedTurn): boolean => verdicts !== null;

/**
 * A session's own constraint satisfaction rate (`csr`), instruction satisfaction rate (`isr`) and
 * session stability rate (`ssr`). `r1` and so on tell whether its first turns are all satisfied, up
 * to its last turn. Each is null for a session of which a turn could not be read.
 */
export function sessionScores(session: JudgedSession): Readonly<Record<string, number | null>> {
  const { turns } = session;
  const held = turnsHeld(session);
  const scores = {
    csr: mean(turns.map(shareSatisfied)),
    isr: mean(turns.map((turn) => (isUsable(turn) === true ? 1 : 0))),
    ssr: held / turns.length,
    ...Object.fromEntries(turns.map((_, turn) => [`r${turn + 1}`, Number(held > turn)])),
  };
  return isWhole(session) ? scores : Object.fromEntries(Object.keys(scores).map((name) => [name, null]));
}

/** A figure over sessions as a ratio of sums. */
export interface SessionFigure {
  readonly name: string;
  readonly title: string;
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/**
 * All figures of SysBench (arXiv 2408.10943, section 4.2, and the released plot/*.py). CSR has two
 * formulas. The paper's is a mean over turns. The released code divides all satisfied criteria by
 * all criteria (`csr-pooled`). Turns that could not be read do not count, nor for SSR do their
 * sessions.
 */
export function sessionFigures(sessions: readonly JudgedSession[], typeNames: Readonly<Record<string, string>>): SessionFigure[] {
  const overTurns = (
    name: string,
    title: string,
    value: (turn: JudgedTurn) => number,
    weight: (turn: JudgedTurn) => number,
  ): SessionFigure => ({
    name,
    title,
    above: sessions.map(({ turns }) => sum(turns.filter(isRead).map(value))),
    below: sessions.map(({ turns }) => sum(turns.filter(isRead).map(weight))),
  });
  const overSessions = (
    name: string,
    title: string,
    value: (session: JudgedSession) => number,
    counts: (session: JudgedSession) => boolean,
  ) => ({
    name,
    title,
    above: sessions.map((session) => (isWhole(session) && counts(session) ? value(session) : 0)),
    below: sessions.map((session) => (isWhole(session) && counts(session) ? 1 : 0)),
  });
  const usable = (turn: JudgedTurn): number => (isUsable(turn) === true ? 1 : 0);
  const among = (counts: (turn: JudgedTurn) => boolean) =>
    [(turn: JudgedTurn) => (counts(turn) ? usable(turn) : 0), (turn: JudgedTurn) => (counts(turn) ? 1 : 0)] as const;
  const satisfied =
    (type?: string) =>
    ({ verdicts }: JudgedTurn) =>
      (verdicts ?? []).filter((each) => each.satisfied === "yes" && (type === undefined || each.type === type)).length;
  const asked =
    (type?: string) =>
    ({ verdicts }: JudgedTurn) =>
      (verdicts ?? []).filter((each) => type === undefined || each.type === type).length;
  const stability = (session: JudgedSession): number => turnsHeld(session) / session.turns.length;
  const kinds = [
    ["dependent", (session: JudgedSession) => session.isDependent],
    ["parallel", (session: JudgedSession) => !session.isDependent],
  ] as const;
  const longest = Math.max(0, ...sessions.map(({ turns }) => turns.length));
  const heldTurns = (kind: string, words: string, counts: (session: JudgedSession) => boolean): SessionFigure[] =>
    Array.from({ length: longest }, (_, turn) =>
      overSessions(
        `r${turn + 1}${kind}`,
        `first ${turn + 1} turns satisfied${words}`,
        (session) => (turnsHeld(session) > turn ? 1 : 0),
        (session) => session.turns.length > turn && counts(session),
      ),
    );
  return [
    overTurns("csr", "constraint satisfaction rate", shareSatisfied, () => 1),
    overTurns("isr", "instruction satisfaction rate", ...among(() => true)),
    overSessions("ssr", "session stability rate", stability, () => true),
    overTurns("csr-pooled", "constraint satisfaction rate, pooled", satisfied(), asked()),
    overTurns("isr-aligned", "instruction satisfaction rate, aligned", ...among(({ isAligned }) => isAligned)),
    overTurns("isr-misaligned", "instruction satisfaction rate, misaligned", ...among(({ isAligned }) => !isAligned)),
    ...Object.entries(typeNames).map(([type, name]) =>
      overTurns(`csr-${name}`, `constraints of ${name}, pooled`, satisfied(type), asked(type)),
    ),
    ...heldTurns("", "", () => true),
    ...kinds.flatMap(([kind, counts]) => [
      overSessions(`ssr-${kind}`, `session stability rate, ${kind}`, stability, counts),
      ...heldTurns(`-${kind}`, `, ${kind}`, counts),
    ]),
  ];
}

function isWhole({ turns }: JudgedSession): boolean {
  return turns.every(isRead);
}

/** The value of a figure over all sessions. */
export function valueOf({ above, below }: SessionFigure): number | undefined {
  const statistic: Statistic = ratio(above, below);
  return statistic(new Uint8Array(above.length).fill(1));
}
