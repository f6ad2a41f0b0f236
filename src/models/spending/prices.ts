import type { Usage } from "../../records/usage.ts";

/** What a model's tokens cost. */
export interface Price {
  /** US dollars per million tokens. */
  readonly inputPerMillion: number;
  /** US dollars per million tokens. */
  readonly outputPerMillion: number;
  /** Where the price is from, for people. */
  readonly source: string;
}

/** The config's own prices by model name, in US dollars per million tokens. */
export type PriceTable = Readonly<Record<string, { readonly input: number; readonly output: number }>>;

/**
 * What the model costs at these servers: as the table says; else the list price of `@pydantic/genai-prices`, from the data that it comes
 * with. A list price is the provider's alone: the same model on somebody's own server has none. Undefined when it is not known,
 * when servers differ, or when calls cost more than their tokens do. Nothing is fetched.
 */
export async function priceOf(model: string, baseUrls: readonly string[], table: PriceTable): Promise<Price | undefined> {
  const own = Object.hasOwn(table, model) ? table[model] : undefined;
  if (own !== undefined) return { inputPerMillion: own.input, outputPerMillion: own.output, source: "prices in the config" };
  if (baseUrls.length === 0) return undefined;
  const list = await importPrices();
  if (list === undefined) return undefined;
  const [first, ...others] = baseUrls.map((url) => listPrice(list, model, url));
  const same = others.every(
    (other) => other?.inputPerMillion === first?.inputPerMillion && other?.outputPerMillion === first?.outputPerMillion,
  );
  return same ? first : undefined;
}

/** US dollars. */
export function costOf({ inputTokens, outputTokens }: Usage, { inputPerMillion, outputPerMillion }: Price): number {
  return (inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1e6;
}

type PriceList = typeof import("@pydantic/genai-prices");

/** Undefined when it is not installed: it is an optional dependency. */
async function importPrices(): Promise<PriceList | undefined> {
  try {
    return await import("@pydantic/genai-prices");
  } catch {
    return undefined;
  }
}

function listPrice(list: PriceList, model: string, baseUrl: string): Price | undefined {
  const address = hostAndPath(baseUrl);
  const provider = address && list.findProvider({ providerApiUrl: address });
  if (!provider || !isWholeHost(address, provider.api_pattern)) return undefined;
  const found = list.calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { provider });
  if (!found) return undefined;
  const { input_mtok: input, output_mtok: output, requests_kcount: perCall } = found.model_price;
  if (input === undefined || output === undefined || perCall !== undefined) return undefined;
  return {
    inputPerMillion: baseTier(input),
    outputPerMillion: baseTier(output),
    source: `list price of ${found.model.id} at ${found.provider.name}, by @pydantic/genai-prices`,
  };
}

/** Some models cost more from some length of prompt on, which rows of a dataset do not reach. */
function baseTier(price: number | { readonly base: number }): number {
  return typeof price === "number" ? price : price.base;
}

function hostAndPath(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) return undefined;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname}`;
}

/** The package matches beginnings: `https://api.openai.com` must not be found in `https://api.openai.com.example.org`. */
function isWholeHost(address: string, pattern: string): boolean {
  const [matched = ""] = new RegExp(`^(?:${pattern})`).exec(address) ?? [];
  return !(/\w$/.test(matched) && /^[\w.-]/.test(address.slice(matched.length)));
}
