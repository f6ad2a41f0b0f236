import { diskErrorIn } from "../python/full-disk.ts";
import type { ToolEnd } from "../python/run-tool.ts";
import { memoryErrorIn, wasKilled } from "../python/short-memory.ts";
import type { Failure } from "./events.ts";

export interface FailedTool {
  /** What the tool said of its failure. Undefined if it ended without a word. */
  readonly failure: Failure | undefined;
  readonly end: ToolEnd;
  /** The file with the tool's output. */
  readonly log: string;
  readonly freeBytes: number;
}

const smaller = "Give a smaller --batch-size or --max-length, or --lora.";

/** Why a Python tool failed and what to do, in a sentence or two. */
export function whyFailed({ failure, end, log, freeBytes }: FailedTool): string {
  if (failure) return saidFailure(failure);
  const said = lastError(end.lastLines);
  const output = `All its output is in ${log}.`;
  if (wasKilled(end))
    return `The system killed Python (SIGKILL), which nearly always means that memory ran out: ${gigabytes(freeBytes)} are free now that it has ended. ${smaller} ${output}`;
  const memory = memoryErrorIn(end.lastLines);
  if (memory !== undefined) return `Memory ran out: ${memory}. ${smaller} ${output}`;
  const disk = diskErrorIn(end);
  if (disk !== undefined) return `${fullDisk(disk)} ${output}`;
  const missing = end.lastLines.map((line) => /No module named '([^']+)'/.exec(line)?.[1]).find((name) => name !== undefined);
  if (missing !== undefined)
    return `Python lacks the module ${missing}. "sysgen python install" makes an environment that has all. ${output}`;
  const ended = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
  return `Python ended ${ended}${said === "" ? " without a word" : `: ${said}`}. ${output}`;
}

/** The last line that names an error, else the last line. Libraries print more when they end. */
function lastError(lines: readonly string[]): string {
  return lines.findLast((line) => /^[\w.]*(?:Error|Exception|bad_alloc)\b/.test(line)) ?? lines.at(-1) ?? "";
}

function saidFailure({ cause, detail, row, role, step, peakBytes, totalBytes }: Failure): string {
  switch (cause) {
    case "out-of-memory": {
      const used =
        peakBytes === undefined
          ? ""
          : `${gigabytes(peakBytes)} were in use${totalBytes === undefined ? "" : ` of ${gigabytes(totalBytes)}`}`;
      return `Memory ran out${used === "" ? "" : ` (${used})`}: ${detail}. ${smaller}`;
    }
    case "nan":
      return `The loss was no number any more at step ${step} (${detail}). A smaller --learning-rate or more --warmup-steps usually helps. The weights since the last checkpoint are of no use.`;
    case "module":
      return `Python cannot be used: ${detail}. "sysgen python install" makes an environment that has all.`;
    case "template":
      return `The model's chat template cannot write ${row === undefined ? "conversations" : `the row ${row}`}: ${detail}. Give one that can with --chat-template file.jinja.`;
    case "system-role":
      return systemRoleFailure(detail, row, role);
    case "model":
      return `The model cannot be opened: ${detail}. Expected a folder with config.json, tokenizer.json and .safetensors files, an id of the hub, a named embedded model or a .gguf file.`;
    case "hub":
      return `Cannot fetch the model ${detail}.`;
    case "disk":
      return fullDisk(detail);
    case "gguf":
      return detail;
    default:
      return `${detail}.`;
  }
}

/** What a chat template does to system messages that it has no place for. */
export function misplacing(treatment: string): string {
  return treatment === "drops" ? "does not write system messages before every response" : "refuses system messages";
}

function systemRoleFailure(treatment: string, row: string | undefined, role = "system"): string {
  const cures = [
    ...(role === "system" && treatment === "refuses" ? ["--system-role template, which takes the template's refusals out"] : []),
    ...(role === "first-user" ? [] : ["--system-role first-user, which puts the message before the first user message"]),
    "a template that writes them (--chat-template file.jinja)",
  ];
  const found = row === undefined ? "" : `, such as that of the row ${row}`;
  return `The chat template ${misplacing(treatment)}${found}, so --system-role ${role} cannot be kept. Take ${cures.join(", or ")}.`;
}

function fullDisk(detail: string): string {
  return `The disk is full, or at a quota: ${detail}. Make room and run the same command again.`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
