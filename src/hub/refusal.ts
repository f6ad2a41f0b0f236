import { Outage, UsageError } from "../errors.ts";

/** What a request to the hub is about. Messages name it. */
export interface HubAddress {
  readonly endpoint: string;
  readonly kind: "dataset" | "model";
  /** `owner/name`. */
  readonly repo: string;
  readonly revision?: string | undefined;
  readonly path?: string | undefined;
}

/**
 * The hub's account of a refusal. `code` is the header `X-Error-Code`. `message` is the header
 * `X-Error-Message`, or text from the body.
 */
export interface Refusal {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * The hub refused a request, because something does not exist or access is denied. Repeating the
 * request would not help.
 */
export class HubRefused extends UsageError {
  readonly status: number;
  readonly code: string | undefined;
  constructor(address: HubAddress, refusal: Refusal, hasToken: boolean) {
    super(sentenceOf(address, refusal, hasToken));
    this.status = refusal.status;
    this.code = refusal.code;
  }
}

/** The hub sent no reply, or only replies that ask to try later. */
export class HubUnreachable extends Outage {}

/**
 * Takes from the cache what the hub cannot give now.
 * @param away Why it cannot.
 * @throws UsageError for what the cache lacks. `away` caused it, because the hub has it later.
 */
export async function meanwhile<Found>(away: HubUnreachable, fromCache: (why: string) => Promise<Found>): Promise<Found> {
  try {
    return await fromCache(away.message);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(error.message, { cause: away }) : error;
  }
}

/** The URL of a repository's web page. */
export function pageOf({ endpoint, kind, repo }: HubAddress): string {
  return `${endpoint}/${kind === "dataset" ? "datasets/" : ""}${repo}`;
}

function sentenceOf(address: HubAddress, { status, code, message }: Refusal, hasToken: boolean): string {
  const { endpoint, kind, repo, revision, path } = address;
  const page = pageOf(address);
  const name = `The ${kind} ${repo}`;
  const said = `the hub answered ${status}${message ? `: ${message}` : ""}`;
  if (code === "GatedRepo") {
    const how = hasToken ? " to a token of the account that accepted them; the present token has no access" : "";
    return `${name} is gated: accept its conditions at ${page} and set HF_TOKEN${how} (tokens: ${endpoint}/settings/tokens).`;
  }
  if (message === "Access to this resource is disabled.") return `${name} was disabled by the hub (${page}).`;
  if (code === "RevisionNotFound") return `${name} has no revision "${revision ?? "main"}". See ${page}/refs for its branches and tags.`;
  if (code === "EntryNotFound") return `${name} has no file "${path ?? ""}" in revision "${revision ?? "main"}". See ${page}/tree/main.`;
  if (status === 401 && /invalid (credentials|user(name)?|token)/i.test(message ?? "") && hasToken) {
    return `The hub refuses the access token (${said}). Is it complete, and not expired? Make one at ${endpoint}/settings/tokens and set HF_TOKEN.`;
  }
  if (code === "RepoNotFound" || status === 401 || (status === 404 && code === undefined)) {
    const how = hasToken
      ? "it may be private and the token of HF_TOKEN without access"
      : `it may be private: then set HF_TOKEN (tokens: ${endpoint}/settings/tokens)`;
    return `Cannot find the ${kind} ${repo} (${said}). The name may be wrong (${page}), or ${how}.`;
  }
  if (status === 403) {
    const how = hasToken ? "The token of HF_TOKEN lacks this permission" : "Set HF_TOKEN to a token that has this permission";
    return `No access to the ${kind} ${repo} (${said}). ${how} (${endpoint}/settings/tokens).`;
  }
  return `${name}${path === undefined ? "" : `, file ${path}`}: ${said}.`;
}
