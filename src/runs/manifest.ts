import { z } from "zod";
import { SysGenError, messageOf } from "../errors.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { writeAtomically } from "../platform/write-atomically.ts";

const setting = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** The configuration that decides a run's results: setting -> value, with the phase that it touches first. */
const identitySchema = z.record(z.string(), z.object({ phase: z.string(), value: setting }));
export type Identity = z.infer<typeof identitySchema>;

const manifestSchema = z.looseObject({
  state: z.enum(["running", "finished", "interrupted", "stopped"]),
  identity: identitySchema,
  /** Size and time of the input file. */
  inputStamp: z.string().optional(),
  /** How often each phase was asked for anew (`--rerun-phase`). */
  rounds: z.record(z.string(), z.number()).default({}),
  /** The phase that is being asked for anew, until that run has ended. */
  rerunning: z.string().nullish(),
  /** Which dropped rows are being tried anew (`--retry`), until that run has ended; and how often rows were. */
  retrying: z.string().nullish(),
  retrySession: z.number().default(0),
});

/** `run.json`: what a run is and how far it came. No secrets. */
export type Manifest = z.infer<typeof manifestSchema>;

/** @throws SysGenError when the file is there and is no manifest. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  const text = await readIfThere(path).catch((error: unknown) => {
    throw new SysGenError(`Cannot read ${path} (${messageOf(error)}).`, { cause: error });
  });
  if (text === undefined) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new SysGenError(
      `${path} is no manifest of a run (${why}). Choose another --out, or delete it: the journal beside it keeps every paid reply.`,
    );
  }
}

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeAtomically(path, [`${JSON.stringify(manifest, null, 2)}\n`]);
}

/** A setting that differs between two configurations. */
export interface Difference {
  readonly setting: string;
  readonly phase: Identity[string]["phase"];
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
