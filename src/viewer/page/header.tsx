import type { RunReply } from "../wire-shapes.ts";
import { useTheme } from "./theme.ts";
import { dollars, duration, thousands } from "../../texts/number-text.ts";

export interface HeaderProps {
  readonly run: RunReply | undefined;
  readonly problem: string | undefined;
  readonly onHelp: () => void;
  readonly onHome: () => void;
}

const themeNames = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const themeSigns = { system: "◐", light: "☀", dark: "☾" };
const stateNames: Readonly<Record<string, string>> = { "broken-off": "broken off" };

export function Header({ run, problem, onHelp, onHome }: HeaderProps) {
  const { theme, next } = useTheme();
  return (
    <header class="bar">
      <div class="bar-line">
        <h1 class="bar-name">
          <button type="button" class="plain" onClick={onHome} title="All rows">
            {run?.name ?? "sysgen"}
          </button>
        </h1>
        {run && <State run={run} />}
        <span class="bar-space" />
        {run?.hasReport === true && (
          <a class="button" href="/report">
            Report
          </a>
        )}
        <button type="button" class="icon" aria-label={`${themeNames[theme]}; press for the next`} title={themeNames[theme]} onClick={next}>
          <span aria-hidden="true">{themeSigns[theme]}</span>
        </button>
        <button type="button" class="icon" aria-label="Keys and help" title="Keys and help (?)" onClick={onHelp}>
          <span aria-hidden="true">?</span>
        </button>
      </div>
      {run && <Counts run={run} />}
      {run && <Facts run={run} />}
      {run && <Hints hints={run.hints} />}
      {run?.state === "running" && <Progress run={run} />}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </header>
  );
}

function State({ run }: { readonly run: RunReply }) {
  return <span class={`state state-${run.state}`}>{stateNames[run.state] ?? run.state}</span>;
}

function Counts({ run }: { readonly run: RunReply }) {
  const { writtenAnew, originalKept, dropped, failed } = run.rows;
  const counts = [
    { name: "written anew", rows: writtenAnew, tone: "good" },
    { name: "original kept", rows: originalKept, tone: "warn" },
    { name: "dropped", rows: dropped, tone: "bad" },
    { name: "failed", rows: failed, tone: "bad" },
  ];
  return (
    <p class="bar-counts" data-testid="counts">
      {counts.map(({ name, rows, tone }) => (
        <span key={name} class={rows === 0 ? "dim" : tone}>
          <b>{thousands(rows)}</b> {name}
        </span>
      ))}
    </p>
  );
}

/** What is bad in the run, and what can be done about it. */
function Hints({ hints }: Pick<RunReply, "hints">) {
  const [worst] = hints;
  if (worst === undefined) return null;
  return (
    <details class="hints" data-testid="hints">
      <summary>
        <span aria-hidden="true">⚠</span> {worst.what}
        {hints.length > 1 && <span class="dim"> and {thousands(hints.length - 1)} more</span>}
      </summary>
      {hints.map(({ what, cure }, index) => (
        <p key={what}>
          {index > 0 && `${what} `}
          {cure !== null && <b>{cure}</b>}
        </p>
      ))}
    </details>
  );
}

function moneyText({ money }: RunReply): string | undefined {
  if (money === null) return undefined;
  const said = (value: number): string => dollars({ value, bar: 0 });
  const projected = money.projected === null ? "" : ` of some ${said(money.projected)}`;
  const others = money.unpriced.length === 0 ? "" : `, without ${money.unpriced.join(" and ")}, whose price is not known`;
  return `${said(money.spent)}${projected} spent${others}`;
}

function Facts({ run }: { readonly run: RunReply }) {
  const calls = run.calls.reduce((sum, phase) => sum + phase.calls, 0);
  const tokens = run.calls.reduce((sum, phase) => sum + phase.inputTokens + phase.outputTokens, 0);
  return (
    <p class="bar-facts">
      <span title="model that wrote">{run.model}</span>
      {run.judgeModel !== run.model && <span>judge {run.judgeModel}</span>}
      <span>
        {run.input} ({run.format})
      </span>
      <span>
        {thousands(calls)} calls, {thousands(tokens)} tokens{!run.areCallsCounted && " so far"}
      </span>
      {moneyText(run) !== undefined && <span data-testid="money">{moneyText(run)}</span>}
      {run.compared && (
        <span>
          compared with <b>{run.compared.name}</b> ({run.compared.model})
        </span>
      )}
    </p>
  );
}

function Progress({ run }: { readonly run: RunReply }) {
  const { expected, rowsPerSecond } = run;
  const left = expected === null || !rowsPerSecond ? undefined : Math.max(0, expected - run.rows.in) / rowsPerSecond;
  return (
    <div class="progress">
      {expected !== null && expected > 0 && <progress max={expected} value={run.rows.in} aria-label="Rows that are through" />}
      <span data-testid="progress">
        {thousands(run.rows.in)}
        {expected !== null && ` of ${thousands(expected)}`} rows
        {rowsPerSecond !== null && `, ${rowsPerSecond < 10 ? rowsPerSecond.toFixed(1) : thousands(Math.round(rowsPerSecond))} a second`}
        {left !== undefined && run.rows.in < (expected ?? 0) && `, ${duration(left, "whole")} to go`}
      </span>
    </div>
  );
}
