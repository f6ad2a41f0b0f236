import type { Command } from "commander";
import type { Check } from "../../diagnosis/check.ts";
import type { Diagnosis } from "../../diagnosis/diagnose.ts";
import { counted } from "../../texts/number-text.ts";
import { exitCodes } from "../exit-codes.ts";
import { untilInterrupted } from "../interrupt.ts";
import { addExamples } from "../help.ts";
import { addRunOptions, configOf, inputHelp, type Flags } from "../run-options.ts";
import { pc, writeError, writeJson, writeOut } from "../terminal.ts";
import { hang } from "../wrap-text.ts";

export function defineDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .argument("[input]", inputHelp)
    .summary("try what a run needs, each with its cure")
    .description(
      "Try what a run with these options needs, each with its cure: data, server, key, model, request, constraint, log-probabilities, context, prices, memory and disk. Makes a few small calls.",
    );
  addRunOptions(command);
  addExamples(command, ["a server and its model", "sysgen doctor --model Qwen/Qwen2.5-14B-Instruct --base-url http://gpu1:8000/v1"]).action(
    doctor,
  );
}

async function doctor(input: string | undefined, flags: Flags): Promise<void> {
  // Without data, the server alone is tried.
  const { config, json } = await configOf(input, flags, { input: "-" });
  const { diagnose } = await import("../../diagnosis/diagnose.ts");
  using interrupt = untilInterrupted((text) => writeError(`${text}\n`));
  const diagnosis = await diagnose(config, { env: process.env, signal: interrupt.signal });
  if (json) writeJson(diagnosis);
  else writeOut(`${renderDiagnosis(diagnosis)}\n`);
  if (checksOf(diagnosis).some(({ outcome }) => outcome === "failed")) process.exitCode = exitCodes.someFailed;
}

function checksOf({ subjects }: Diagnosis): Check[] {
  return subjects.flatMap(({ checks }) => checks);
}

const marks = { ok: pc.green("ok     "), warning: pc.yellow("warning"), failed: pc.red("failed ") };

function renderDiagnosis(diagnosis: Diagnosis): string {
  const all = checksOf(diagnosis);
  const width = Math.max(...all.map(({ name }) => name.length));
  const parts = diagnosis.subjects.map(({ name, checks }) =>
    [pc.bold(name), ...checks.map((check) => renderCheck(check, width))].join("\n"),
  );
  const numberOf = (outcome: Check["outcome"]): number => all.filter((check) => check.outcome === outcome).length;
  const end = `${numberOf("ok")} ok, ${counted(numberOf("warning"), "warning")}, ${numberOf("failed")} failed. ${counted(diagnosis.paidCalls, "small call")} made.`;
  return [...parts, end].join("\n\n");
}

function renderCheck({ name, outcome, found, cure }: Check, width: number): string {
  const indent = " ".repeat(marksWidth + width + 4);
  const line = `  ${marks[outcome]}  ${name.padEnd(width)}  ${hang}${found}`;
  return cure === undefined ? line : `${line}\n${indent}  ${hang}${pc.cyan(cure)}`;
}

const marksWidth = "warning".length;
