import type { RunConfig } from "../config/run-config.ts";
import { backendOf } from "../models/index.ts";
import { differences, type Difference } from "../runs/configuration-change.ts";
import type { Identity, Manifest } from "../runs/manifest.ts";
import { identityOf } from "./identity.ts";
import { loadParts, type PipelineOptions } from "./own-parts.ts";

/** Settings in which parts of one run may differ, because the command of a part may say them. */
const ofPart: ReadonlySet<string> = new Set([
  // Which rows a part has. The plan sees to it that all are of one input.
  "input",
  "shard",
  // How a server is asked. They follow from the servers.
  "generate.outputForm",
  "verify.outputForm",
  "verify.questionsAtOnce",
]);

/** Tells in what the configuration of a part differs from that of the whole. */
export type DiffersFrom = (part: Pick<Manifest, "identity">) => Difference[];

/**
 * What decides the rows of a planned run, to be compared with what its parts were made by. No row
 * is read and no model is opened.
 * @param given The configuration of the whole, or of one of its parts.
 */
export async function plannedIdentity(given: RunConfig, options: PipelineOptions): Promise<DiffersFrom> {
  const own = await loadParts(given, options);
  const { config } = own;
  const { generator, judge = generator } = config;
  const { env = process.env } = options;
  const [model, judgeModel] = await Promise.all([backendOf(generator).identify(generator, env), backendOf(judge).identify(judge, env)]);
  const known = new Map<string, Identity>();
  const identityAs = (format: string): Identity => {
    const dataset = { input: { identity: "" }, format: { name: format } };
    const made = known.get(format) ?? identityOf(config, dataset, model, judgeModel, own.identity(format));
    known.set(format, made);
    return made;
  };
  return (part) => {
    // Where none is named, all parts find the format out from the same rows.
    const format = config.format ?? String(part.identity["format"]?.value);
    return differences(part.identity, identityAs(format)).filter(({ setting }) => !ofPart.has(setting));
  };
}
