import { z } from "zod";
import { SysGenError, messageOf } from "../errors.ts";
import { calibrationSchema } from "../phases/calibration.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import type { ReadonlyDeep } from "../records/readonly-deep.ts";
import { standardTags, tagSet, type TagSet } from "../records/system-message/tag-set.ts";

// The schema of run.json, all of it. Names of phases and settings are plain strings here, and
// unknown keys are kept, so that this version reads the run directories of others.

const settingValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * The configuration that decides a run's results: for each setting its value and the first phase
 * that the setting touches. Settings of the input have the phase `input`.
 */
const identitySchema = z.record(z.string(), z.object({ phase: z.string(), value: settingValue }));
export type Identity = z.infer<typeof identitySchema>;

/** A value that reads as undefined where another version wrote none, or one of another type. */
const recorded = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const tagSetSchema = z.object({
  names: z.array(z.string()).readonly(),
  own: z.array(z.object({ name: z.string(), meaning: z.string(), example: z.string().optional() }).readonly()).readonly(),
});

/**
 * The configuration of the command that last worked in the run directory, as `RunConfig` has it.
 */
const configSchema = z.looseObject({
  preset: recorded(z.string()),
  /** The user's own columns, where the format is `columns`. */
  columns: recorded(z.object({ instruction: z.string(), response: z.string(), system: z.string().optional() })),
  fileType: recorded(z.string()),
  offset: recorded(z.number()),
  limit: recorded(z.number()),
  sample: recorded(z.number()),
  seed: recorded(z.number()),
  maxRowBytes: recorded(z.number()),
  existingSystem: recorded(z.string()),
  maxRetries: recorded(z.number()),
  maxReasks: recorded(z.number()),
  /** The functionalities of the run. Not there in runs that knew the paper's eight alone. */
  tags: recorded(tagSetSchema),
  /** Wanted shares of messages with a tag, by the tag. */
  tagShares: recorded(z.record(z.string(), z.number())),
  /** The settings of each phase, by the phase's name. `phaseSettingsSchema` checks them. */
  phases: z.unknown(),
});

const versionsSchema = z.looseObject({ sysgen: recorded(z.string()), node: recorded(z.string()) });

/** The dataset of the hub that the rows come from. */
const sourceSchema = z.object({
  repo: z.string(),
  commit: z.string(),
  config: z.string(),
  split: z.string(),
  licence: z.string().optional(),
});

const mergedSchema = z.object({
  /** Shards that were not finished then. */
  unfinished: z.number(),
  /** Bytes that all journals of shards had then. */
  journalBytes: z.number(),
});
/** What a merge of shards took over. */
export type Merged = Readonly<z.infer<typeof mergedSchema>>;

const manifestSchema = z.looseObject({
  /** How the run ended. `running` until it did. */
  state: z.enum(["running", "finished", "interrupted", "stopped"]),
  identity: identitySchema,
  /** Size and time of the input file. */
  inputStamp: z.string().optional(),
  /** How often the user had each phase asked anew (`--rerun-phase`), by the phase's name. */
  rounds: z.record(z.string(), z.number()).default({}),
  /** The phase that is being asked anew. Null once that run has ended. */
  rerunning: z.string().nullish(),
  /** Which dropped rows are being tried anew (`--retry`). Null once that run has ended. */
  retrying: z.string().nullish(),
  /** How often dropped rows were tried anew (`--retry`). */
  retrySession: z.number().default(0),
  versions: recorded(versionsSchema),
  source: recorded(sourceSchema),
  config: recorded(configSchema),
  /** Where the judge drew its lines. Not there when no verdict was calibrated. */
  calibration: recorded(calibrationSchema),
  /** What the last merge of shards took over. Not there in a run that is of no shards. */
  merged: recorded(mergedSchema),
});

/** `run.json`: what a run is and how far it came. No secrets. */
export type Manifest = z.infer<typeof manifestSchema>;
export type RecordedConfig = NonNullable<Manifest["config"]>;

/**
 * What a run says of itself beside its identity: the versions that make it, its source and its
 * configuration.
 */
export interface RecordedFacts {
  readonly versions: ReadonlyDeep<Required<z.infer<typeof versionsSchema>>>;
  readonly source?: ReadonlyDeep<z.infer<typeof sourceSchema>>;
  /** Every key is to be given, undefined where the user gave no value. */
  readonly config: ReadonlyDeep<Required<z.infer<typeof configSchema>>>;
}

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

/** As `readManifest`, and undefined also for one that cannot be read. */
export async function readManifestIfWhole(path: string): Promise<Manifest | undefined> {
  return await readManifest(path).catch((error: unknown) => {
    if (!(error instanceof SysGenError)) throw error;
    return undefined;
  });
}

/** @param mayWrite What it throws ends the writing. */
export async function writeManifest(path: string, manifest: ReadonlyDeep<Manifest>, mayWrite?: () => void): Promise<void> {
  await writeAtomically(path, [`${JSON.stringify(manifest, null, 2)}\n`], mayWrite);
}

/** The functionalities of a run, in canonical order. */
export function runTags({ config }: Pick<Manifest, "config">): TagSet {
  return config?.tags === undefined ? standardTags : tagSet(config.tags);
}

/** The value of a setting of the identity. Undefined where it is not there or no text. */
export function textSetting({ identity }: Manifest, name: string): string | undefined {
  const value = identity[name]?.value;
  return typeof value === "string" ? value : undefined;
}

/** The settings of the identity by name, without what names the input and the models. */
export function settingsOf({ identity }: Pick<Manifest, "identity">): Record<string, Identity[string]["value"]> {
  return Object.fromEntries(
    Object.entries(identity).flatMap(([name, { value }]) => (["input", "model", "judgeModel"].includes(name) ? [] : [[name, value]])),
  );
}
