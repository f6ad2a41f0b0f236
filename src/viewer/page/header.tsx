import type { RunReply } from "../wire-shapes.ts";
import { useTheme } from "./theme.ts";
import { duration, thousands } from "../../texts/number-text.ts";

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
        {run && <Counts run={run} />}
        <span class="bar-space" />
        <button type="button" class="icon" aria-label={`${themeNames[theme]}; press for the next`} title={themeNames[theme]} onClick={next}>
          <span aria-hidden="true">{themeSigns[theme]}</span>
        </button>
        <button type="button" class="icon" aria-label="Keys and help" title="Keys and help (?)" onClick={onHelp}>
          <span aria-hidden="true">?</span>
        </button>
      </div>
      {run && <Facts run={run} />}
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
  const { done, dropped, failed } = run.rows;
  return (
    <span class="bar-counts" data-testid="counts">
      <b>{thousands(done)}</b> done
      <span class="dim"> · </span>
      <b>{thousands(dropped)}</b> dropped
      <span class="dim"> · </span>
      <b>{thousands(failed)}</b> failed
    </span>
  );
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
