import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { UsageError, isAbort, messageOf } from "../errors.ts";
import { openDispatcher } from "./dispatcher.ts";
import { percentDecoded } from "../texts/percent-decoded.ts";
import { hubEndpoint, hubToken, type Environment } from "../platform/environment.ts";
import { HubRefused, HubUnreachable, type HubAddress } from "./refusal.ts";
import { refusalIn, retryAfterMs } from "./reply-headers.ts";

/** Options of `openHubClient`. */
export interface ClientOptions {
  readonly env: Environment;
  /** `owner/name`. */
  readonly repo: string;
  /** Default `dataset`. */
  readonly kind?: HubAddress["kind"];
  /** Used for requests to the hub's API instead of the built-in client. */
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * How long the hub may take to begin a reply, or to send the next bytes of it, in milliseconds.
   * Default 30,000.
   */
  readonly stallMs?: number;
}

/** Access to the hub's API for one repository. Disposing of it closes its connections. */
export interface HubClient extends AsyncDisposable {
  readonly about: HubAddress;
  readonly token: string | undefined;
  /** Options for calls of functions of `@huggingface/hub`. */
  readonly call: { readonly hubUrl: string; readonly fetch: typeof fetch; readonly accessToken?: string };
}

/** The most attempts at one request, the first included. */
const attempts = 4;

/**
 * Opens access to the hub's API for one repository. The `fetch` in `call` repeats requests while
 * the hub is busy, and throws HubRefused or HubUnreachable instead of returning a failed reply. It
 * sends the token only to the hub's own origin, because a `Link` header may lead elsewhere.
 * @throws UsageError when the token does not start with `hf_`.
 */
export async function openHubClient(options: ClientOptions): Promise<HubClient> {
  const endpoint = hubEndpoint(options.env);
  const token = await hubToken(options.env);
  if (token !== undefined && !token.startsWith("hf_")) {
    throw new UsageError(
      `The access token for ${endpoint} should start with hf_; found one that does not. Check HF_TOKEN and the token file, or make a new one at ${endpoint}/settings/tokens.`,
    );
  }
  const dispatcher = options.fetch ? undefined : await openDispatcher({ env: options.env, stallMs: options.stallMs ?? 30_000 });
  const about: HubAddress = { endpoint, kind: options.kind ?? "dataset", repo: options.repo };
  const send: typeof fetch = options.fetch ?? (async (input, init) => sendWith(dispatcher, addressOf(input), init ?? {}));
  return {
    about,
    token,
    call: {
      hubUrl: endpoint,
      fetch: (input, init) => sendWithRetries(addressOf(input), init ?? {}, about, token, send, options.signal),
      ...(token === undefined ? {} : { accessToken: token }),
    },
    async [Symbol.asyncDispose]() {
      await dispatcher?.[Symbol.asyncDispose]();
    },
  };
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString();
}

/**
 * Sends a request and repeats it while the hub is busy. Waits as long as `Retry-After` asks, else
 * 0.5 s, 1 s and 2 s. Only 429 and 503 are repeated when the request may have taken effect.
 * @throws HubRefused when the hub refuses.
 * @throws HubUnreachable when no attempt succeeds.
 */
async function sendWithRetries(
  url: string,
  init: RequestInit,
  about: HubAddress,
  token: string | undefined,
  send: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (new URL(url).origin !== new URL(about.endpoint).origin) headers.delete("authorization");
  const signals = [init.signal, signal].filter((one) => one !== null && one !== undefined);
  const request: RequestInit = { ...init, headers, ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}) };
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    let waitMs: number | undefined;
    try {
      const response = await send(url, request);
      if (response.ok) return response;
      const refusal = refusalIn(response.status, (name) => response.headers.get(name) ?? undefined, await response.text());
      const isBusy = response.status === 429 || response.status >= 500;
      if (!isBusy) throw new HubRefused({ ...about, ...addressIn(url) }, refusal, token !== undefined);
      const mayAskAgain = response.status === 429 || response.status === 503 || mayRepeat(url);
      if (!mayAskAgain || attempt >= attempts)
        throw new HubUnreachable(`${url} answered ${response.status}${refusal.message ? `: ${refusal.message}` : ""}`);
      waitMs = retryAfterMs(response.headers.get("retry-after") ?? undefined);
    } catch (error) {
      if (error instanceof HubRefused || error instanceof HubUnreachable || isAbort(error) || signal?.aborted === true) throw error;
      const why = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
      // The hub cannot be reached. After a second attempt the caller may turn to its cache.
      if (attempt >= 2 || !mayRepeat(url)) throw new HubUnreachable(`${about.endpoint} cannot be reached (${why})`, { cause: error });
    }
    await sleep(waitMs ?? 250 * 2 ** attempt, undefined, { signal });
  }
}

/**
 * False for requests that may have taken effect although no reply came, such as a commit or a new
 * repository.
 */
function mayRepeat(url: string): boolean {
  return !/\/commit\/|\/repos\/create|\/branch\//.test(url);
}

/** The revision in the URL of an API request, if any. */
function addressIn(url: string): Partial<HubAddress> {
  const revision = /\/api\/(?:datasets|models)\/.+?\/(?:revision|tree|paths-info|preupload|commit)\/([^/?]+)/.exec(url)?.[1];
  return revision === undefined ? {} : { revision: percentDecoded(revision) ?? revision };
}

/**
 * Sends a request and reads the whole reply. Replies of the API are small, and a reply that breaks
 * off fails here, where it can be repeated.
 */
async function sendWith(dispatcher: Dispatcher | undefined, url: string, init: RequestInit): Promise<Response> {
  const { fetch } = await import("undici");
  const { method, body, signal } = init;
  if (body !== undefined && body !== null && typeof body !== "string" && !(body instanceof Blob))
    throw new TypeError("expected the body of a request to the hub to be text or a Blob");
  const response = await fetch(url, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined || body === null ? {} : { body }),
    ...(signal === undefined || signal === null ? {} : { signal }),
    ...(dispatcher === undefined ? {} : { dispatcher }),
    headers: Object.fromEntries(new Headers(init.headers)),
  });
  const content = await response.arrayBuffer();
  const hasNoBody = [204, 205, 304].includes(response.status);
  return new Response(hasNoBody ? null : content, { status: response.status, headers: Object.fromEntries(response.headers) });
}
