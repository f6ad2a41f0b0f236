import type { Usage } from "../../records/usage.ts";

/** US dollars per million tokens. */
export interface TokenPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
}

/** What a model's tokens cost. */
export interface Price extends TokenPrice {
  /** The same in a batch. Undefined where no discount is known, and then a batch costs the same. */
  readonly batch?: TokenPrice;
  /** Where the price comes from, in words for the user. */
  readonly source: string;
}

/** Prices of the config by model name, in US dollars per million tokens. */
export type PriceTable = Readonly<Record<string, OwnPrice & { readonly batch?: OwnPrice | undefined }>>;

interface OwnPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * What the model costs at these servers. The table of the config comes first, then the list price
 * in the data of `@pydantic/genai-prices`. Nothing is fetched. A list price holds only at the
 * provider's own address, and not for the same model on another server. Undefined when the price is
 * not known, when servers differ, or when a call has a price in addition to its tokens.
 */
export async function priceOf(model: string, baseUrls: readonly string[], table: PriceTable): Promise<Price | undefined> {
  const own = Object.hasOwn(table, model) ? table[model] : undefined;
  if (own !== undefined) return { ...ownPrice(own), ...(own.batch && { batch: ownPrice(own.batch) }), source: "prices in the config" };
  // Importing the list costs some 50 ms, and nobody sells tokens on this machine.
  if (baseUrls.every(isLoopback)) return undefined;
  const list = await importPrices();
  if (list === undefined) return undefined;
  const [first, ...others] = baseUrls.map((url) => listPrice(list, model, url));
  const same = others.every(
    (other) => other?.inputPerMillion === first?.inputPerMillion && other?.outputPerMillion === first?.outputPerMillion,
  );
  return same ? first : undefined;
}

/**
 * The prices with those of models that this machine runs for nothing. A price of the user's own
 * wins, who may know what power costs.
 */
export function withFree(table: PriceTable, models: readonly string[]): PriceTable {
  return { ...Object.fromEntries(models.map((model) => [model, { input: 0, output: 0 }])), ...table };
}

function ownPrice({ input, output }: OwnPrice): TokenPrice {
  return { inputPerMillion: input, outputPerMillion: output };
}

/** What these tokens cost, in US dollars. */
export function costOf({ inputTokens, outputTokens }: Usage, price: Price, lane?: "batch"): number {
  const { inputPerMillion, outputPerMillion } = lane === undefined ? price : (price.batch ?? price);
  return (inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1e6;
}

type PriceList = typeof import("@pydantic/genai-prices");

/** Loads the optional dependency. Undefined when it is not installed. */
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
  const price = { inputPerMillion: baseTier(input), outputPerMillion: baseTier(output) };
  return {
    ...price,
    ...(halvesBatches(baseUrl) && { batch: { inputPerMillion: price.inputPerMillion / 2, outputPerMillion: price.outputPerMillion / 2 } }),
    source: `list price of ${found.model.id} at ${found.provider.name}, by @pydantic/genai-prices`,
  };
}

/**
 * Providers whose documentation says that a batch costs half, for all models that take batches. The
 * list of prices has no column for batches.
 */
const halvingHosts = /(?:^|\.)(?:api\.openai\.com|openai\.azure\.com|api\.groq\.com|api\.cerebras\.ai|api\.mistral\.ai)$/;

function halvesBatches(baseUrl: string): boolean {
  return halvingHosts.test(new URL(baseUrl).hostname);
}

/** Some models cost more for very long prompts. Rows of a dataset do not reach such lengths. */
function baseTier(price: number | { readonly base: number }): number {
  return typeof price === "number" ? price : price.base;
}

function hostAndPath(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) return undefined;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Whether the pattern matches whole names. The package matches the beginning of an address, so its
 * `https://api.openai.com` would also match `https://api.openai.com.example.org`.
 */
function isWholeHost(address: string, pattern: string): boolean {
  const [matched = ""] = new RegExp(`^(?:${pattern})`).exec(address) ?? [];
  return !(/\w$/.test(matched) && /^[\w.-]/.test(address.slice(matched.length)));
}

function isLoopback(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(new URL(baseUrl).hostname);
}
