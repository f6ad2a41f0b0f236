/** What a server says when it refuses a request. */
export interface Refusal {
  readonly status: number;
  /** The body, without keys. */
  readonly body: string;
}

/** What a refusal's body says. */
export interface RefusalWords {
  /** The sentences of the body, or the beginning of a body that is no JSON. */
  readonly text: string;
  /** Fields of the request that it names as such, such as `messages.0.role`. */
  readonly names: readonly string[];
}

/** Keys under which servers name the field that is wrong. */
const namingKeys = /^(?:param|parameter|loc|field|argument|path|instancePath|property)$/;
/** Keys whose text says nothing of what is wrong. `input` repeats the request. */
const silentKeys = /^(?:code|status|type|object|input|url|request_id|id|ctx|trace_id|traceId)$/;
/** JSON inside JSON is read this deep, because gateways quote each other's bodies. */
const mostDepth = 8;

/** What comes later is likely a copy of the request. */
const mostCharacters = 2_000;

/** Reads the body of a refusal. Servers write errors of OpenAI, FastAPI, Google and their own. */
export function wordsOf(body: string): RefusalWords {
  const texts: string[] = [];
  const names: string[] = [];
  const read = (value: unknown, key: string, depth: number): void => {
    if (depth > mostDepth) return;
    if (typeof value === "string") {
      const inner = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
      if (inner !== undefined) return read(inner, key, depth + 1);
      if (namingKeys.test(key)) names.push(nameOf(value.split(/[./[\]]+/)));
      else if (!silentKeys.test(key)) texts.push(value);
    } else if (Array.isArray(value)) {
      if (namingKeys.test(key)) names.push(nameOf(value.map(String)));
      else for (const one of value) read(one, key, depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const [inner, one] of Object.entries(value)) read(one, inner, depth + 1);
    }
  };
  const value = parsed(body);
  if (value === undefined) return { text: body.slice(0, mostCharacters), names: [] };
  read(value, "", 0);
  return { text: texts.join("\n").slice(0, mostCharacters), names: names.filter((name) => name !== "") };
}

/** FastAPI begins each path with `body`. */
function nameOf(path: readonly string[]): string {
  return path.filter((part, index) => part !== "" && !(index === 0 && part === "body")).join(".");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
