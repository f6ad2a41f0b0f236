import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError, messageOf } from "../errors.ts";
import { generate } from "../phases/generate.ts";
import type { PhaseSettings } from "../phases/index.ts";
import type { TextFile, TextSource } from "../phases/prompts/own/text-file.ts";
import { respond } from "../phases/respond.ts";
import { verify } from "../phases/verify.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import type { Config } from "./config-schema.ts";

type AskingPhase = "generate" | "verify" | "respond";
/** Texts of the user's own, by phase. Undefined where all are the program's. */
type OwnTexts = { readonly [Name in AskingPhase]: PhaseSettings[Name]["texts"] };

/** Guidance that begins so is the path of a file. */
const filePrefix = /^file:(?:\/\/)?/;

/**
 * Reads the prompts, demonstrations and guidance that a config names.
 * @throws UsageError naming the key and the file that cannot be read.
 */
export function readOwnTexts(config: Config): OwnTexts {
  const guidance = readGuidance(config.generate?.guidance);
  return {
    generate: unlessEmpty({
      prompt: readSource("generate.prompt", config.generate?.prompt),
      demonstrations: readSource("generate.demonstrations", config.generate?.demonstrations),
      guidance,
    }),
    verify: unlessEmpty({ rubric: readSource("verify.rubric", config.verify?.rubric), guidance }),
    respond: unlessEmpty({ instructions: readSource("respond.instructions", config.respond?.instructions) }),
  };
}

/**
 * Finds mistakes in the texts of the user's own before anything is read or paid.
 * @throws UsageError naming the file and line.
 */
export function checkOwnTexts(settings: PhaseSettings, tags: TagSet): void {
  generate.prompt?.(settings.generate, tags);
  verify.prompt?.(settings.verify, tags);
  respond.prompt?.(settings.respond, tags);
}

function unlessEmpty<T extends object>(texts: T): T | undefined {
  return Object.values(texts).some((text) => text !== undefined) ? texts : undefined;
}

function readSource(key: string, source: TextSource | undefined): TextFile | undefined {
  return typeof source === "string" ? { path: source, text: readText(key, source) } : source;
}

function readGuidance(given: string | undefined): string | undefined {
  return given !== undefined && filePrefix.test(given) ? readText("generate.guidance", given.replace(filePrefix, "")) : given;
}

function readText(key: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${key}: expected the path of a text file, and ${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}

/**
 * The config of a file with the paths of the user's texts as they are found, beside the config file
 * or in the current folder.
 * @param refuse Told of the key whose file is in neither place.
 */
export function withFoundPaths(config: Config, configPath: string, refuse: (key: readonly string[], what: string) => never): Config {
  const found = (key: readonly string[], path: string): string => {
    const beside = join(dirname(configPath), path);
    if (existsSync(beside)) return beside;
    return existsSync(path) ? path : refuse(key, `there is no file ${path}, neither beside this file nor in the current folder`);
  };
  return withTextPaths(config, found);
}

/**
 * The config with the user's texts in place of the paths of their files, so that it says the same
 * where the files are out of reach.
 * @throws UsageError naming the key and the file that cannot be read.
 */
export function withTextsInside(config: Config): Config {
  const inside = <Source extends TextSource>(key: string, source: Source): Source | { readonly text: string } =>
    typeof source === "string" ? { text: readText(key, source) } : source;
  const { generate, verify, respond } = config;
  const guidance = readGuidance(generate?.guidance);
  return {
    ...config,
    ...(generate && {
      generate: {
        ...generate,
        ...(generate.prompt !== undefined && { prompt: inside("generate.prompt", generate.prompt) }),
        ...(generate.demonstrations !== undefined && { demonstrations: inside("generate.demonstrations", generate.demonstrations) }),
        // A text that begins as a path does would be taken for one.
        ...(guidance !== undefined && !filePrefix.test(guidance) && { guidance }),
      },
    }),
    ...(verify && { verify: { ...verify, ...(verify.rubric !== undefined && { rubric: inside("verify.rubric", verify.rubric) }) } }),
    ...(respond && {
      respond: {
        ...respond,
        ...(respond.instructions !== undefined && { instructions: inside("respond.instructions", respond.instructions) }),
      },
    }),
  };
}

/** The config without the user's texts, for those who ask no model. */
export function withoutTexts(config: Config): Config {
  const { prompt: _prompt, demonstrations: _demonstrations, guidance: _guidance, ...generate } = config.generate ?? {};
  const { rubric: _rubric, ...verify } = config.verify ?? {};
  const { instructions: _instructions, ...respond } = config.respond ?? {};
  return {
    ...config,
    ...(config.generate && { generate }),
    ...(config.verify && { verify }),
    ...(config.respond && { respond }),
  };
}

/**
 * The config with other paths of the user's texts.
 * @param found Gives the path in place of the one at a key.
 */
export function withTextPaths(config: Config, found: (key: readonly string[], path: string) => string): Config {
  const source = (phase: string, key: string, given: TextSource | undefined): { [key: string]: TextSource } | undefined =>
    given === undefined ? undefined : { [key]: typeof given === "string" ? found([phase, key], given) : given };
  const guidance = config.generate?.guidance;
  return {
    ...config,
    ...(config.generate && {
      generate: {
        ...config.generate,
        ...source("generate", "prompt", config.generate.prompt),
        ...source("generate", "demonstrations", config.generate.demonstrations),
        ...(guidance !== undefined &&
          filePrefix.test(guidance) && { guidance: `file:${found(["generate", "guidance"], guidance.replace(filePrefix, ""))}` }),
      },
    }),
    ...(config.verify && { verify: { ...config.verify, ...source("verify", "rubric", config.verify.rubric) } }),
    ...(config.respond && {
      respond: { ...config.respond, ...source("respond", "instructions", config.respond.instructions) },
    }),
  };
}
