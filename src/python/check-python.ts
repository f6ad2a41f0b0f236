import { z } from "zod";
import { UsageError } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { otherVersions } from "./locked-versions.ts";
import { runTool, toolPath } from "./run-tool.ts";
import { memoryErrorIn, wasKilled } from "./short-memory.ts";

const factsSchema = z.object({
  python: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Why a package cannot be imported, by its name. */
  failures: z.record(z.string(), z.string()),
  gpu: z.string().nullable(),
  /** Whether NLTK has the sentence splitter that the harness needs for IFEval. */
  punkt: z.boolean(),
  prefix: z.string(),
  /** Of the disk that holds the environment. */
  freeBytes: z.number(),
});

/** What a Python environment has of what training and the harness need. */
export interface PythonFacts extends z.infer<typeof factsSchema> {
  /** Packages of another version than the lock's, such as `trl 1.10.0 (1.16.0)`. */
  readonly others: readonly string[];
}

export interface CheckOptions {
  readonly python: string;
  readonly env: Environment;
  /** Where Python is started. It holds no modules of its own. */
  readonly cwd: string;
  /** The file for all that Python prints. */
  readonly log: string;
  /** Fetches NLTK's sentence splitter if it is not there. */
  readonly fetch?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A check that was killed, or had too little memory. It says nothing of the environment. */
export class CheckBrokenOff extends UsageError {}

/**
 * Imports every package and looks for a GPU. This takes up to a minute.
 * @throws UsageError when the program is no Python, or ends without a word.
 * @throws CheckBrokenOff when the system killed it, or memory ran out.
 */
export async function checkPython({ python, env, cwd, log, fetch = false, signal }: CheckOptions): Promise<PythonFacts> {
  let told: unknown;
  const end = await runTool({
    python,
    args: [toolPath("check.py"), ...(fetch ? ["fetch"] : [])],
    cwd,
    env,
    log,
    signal,
    onEvent: (event) => (told = event),
  });
  signal?.throwIfAborted();
  const facts = factsSchema.safeParse(told);
  if (!facts.success) {
    const how = `${python} ended with code ${end.code ?? String(end.signal)}: ${end.lastLines.at(-1) ?? "it printed nothing"}.`;
    throw wasKilled(end) || memoryErrorIn(end.lastLines) !== undefined ? brokenOff(how) : new UsageError(how);
  }
  const shortOfMemory = memoryErrorIn(Object.values(facts.data.failures));
  if (shortOfMemory !== undefined) throw brokenOff(`${python}: ${shortOfMemory}.`);
  return { ...facts.data, others: otherVersions(facts.data.versions) };
}

function brokenOff(how: string): CheckBrokenOff {
  return new CheckBrokenOff(`${how} Run the same command again, with more memory free.`);
}
