import type { RunConfig } from "../config/run-config.ts";
import { SysGenError } from "../errors.ts";
import { backendOf } from "../models/index.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { defaultContextSize } from "../models/embedded/context-size.ts";
import { priceOf } from "../models/spending/prices.ts";
import { generatePromptOf } from "../phases/prompts/generate-prompts.ts";
import { fixedExample } from "../phases/prompts/fixed-row.ts";
import type { Environment } from "../platform/environment.ts";
import { checkData } from "./check-data.ts";
import { checkEmbedded } from "./check-embedded.ts";
import { checkMachine } from "./check-machine.ts";
import { checkContext, checkServer } from "./check-server.ts";
import { failed, ok, warning, type Check, type Subject } from "./check.ts";

export interface Diagnosis {
  readonly subjects: readonly Subject[];
  /** Calls that servers may bill. They are in no journal. */
  readonly paidCalls: number;
}

export interface DiagnoseOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/**
 * Tries what a run of this configuration needs. A server gets one small call, and the generator's
 * up to five more, which find out what it can enforce. Nothing is written.
 */
export async function diagnose(config: RunConfig, { env, signal }: DiagnoseOptions): Promise<Diagnosis> {
  const { generator, judge } = config;
  let paidCalls = 0;
  const checked = async (choice: ModelChoice, role: { readonly isConstrained: boolean; readonly isJudge: boolean }): Promise<Check[]> => {
    try {
      await backendOf(choice).identify(choice, env);
    } catch (error) {
      if (error instanceof SysGenError) return [failed("settings", error.message, "Mend this setting.")];
      throw error;
    }
    if (choice.baseUrls.length === 0) {
      const context = checkContext(choice.contextSize ?? defaultContextSize, neededTokens(config), "Raise contextSize in the config file.");
      return [...(await checkEmbedded(choice, env)), context];
    }
    const options = { env, signal, ...role, neededTokens: neededTokens(config), onPaid: () => paidCalls++ };
    const checks: Check[] = [];
    for (const baseUrl of choice.baseUrls) checks.push(...(await checkServer(choice, baseUrl, options)));
    return [...checks, await checkPrice(choice, config)];
  };
  const isConstrained = config.phases.generate.prompt === "standard";
  const data = await checkData(config, env, signal);
  const subjects: Subject[] = [
    { name: "this machine", checks: await checkMachine(config.out) },
    ...(data === undefined ? [] : [{ name: `data ${config.input}`, checks: [data] }]),
    { name: `generator ${generator.model}`, checks: await checked(generator, { isConstrained, isJudge: judge === undefined }) },
  ];
  if (judge !== undefined)
    subjects.push({ name: `judge ${judge.model}`, checks: await checked(judge, { isConstrained: false, isJudge: true }) });
  return { subjects, paidCalls };
}

/** Characters of English in a token. */
const charactersPerToken = 4;

/** The longest prompt is that of a message with its demonstrations. */
function neededTokens({ phases, tags }: RunConfig): number {
  const messages = generatePromptOf(phases.generate, tags).messages(fixedExample, { form: "tagged", language: undefined });
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return Math.ceil(characters / charactersPerToken) + phases.generate.maxOutputTokens;
}

async function checkPrice({ model, baseUrls }: ModelChoice, { prices, budget }: RunConfig): Promise<Check> {
  const price = await priceOf(model, baseUrls, prices);
  if (price !== undefined)
    return ok(
      "price",
      `$${price.inputPerMillion} and $${price.outputPerMillion} a million tokens of prompts and replies (${price.source})`,
    );
  const cure = `Give it under prices in the config file: prices: {"${model}": {input: 0.15, output: 0.6}}`;
  return budget.maxCost === undefined
    ? ok("price", "not known, so no cost is told; prices in the config file say it")
    : warning("price", `not known, so --max-cost ${budget.maxCost} cannot be kept`, cure);
}
