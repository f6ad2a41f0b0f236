import type { ModelCall } from "../model.ts";
import { excerpt } from "./excerpt.ts";
import { wordsOf, type Refusal } from "./refusal.ts";
import { leastTemperature, type Dialect } from "./wire.ts";

/** What a refusal has shown. */
export interface Lesson {
  /** The dialect of all further requests. */
  readonly dialect: Dialect;
  /** A sentence for the user. */
  readonly notice: string;
}

/** What of a request a server may not take. */
type Part = "maxTokens" | "temperature" | "seed" | "logprobs" | "constraint" | "systemRole";

/** How servers name the parts. Those of the system role are in `systemRoleRefused`. */
const spellings: Readonly<Record<Exclude<Part, "systemRole">, RegExp>> = {
  maxTokens: /max_?(?:completion_|new_|output_)?tokens|maxOutputTokens|max tokens/i,
  temperature: /\btemperature\b/i,
  seed: /\b(?:random_)?seed\b/i,
  logprobs: /(?:top_?)?logprobs?\b|log.probabilit/i,
  constraint: /response_?(?:format|schema)|json_schema|\bschema\b|grammar|guided|structured.?outputs?|\bebnf\b/i,
};

/** An error that has none of these words is due to something else than a field. */
const refusing =
  /not? support|unsupported|n't support|not? (?:permit|allow|enabl|accept|implement|availab|valid|recogni|know|expect)|n't (?:permit|allow|accept)|unknown|unrecogni|unexpected|unimplemented|forbid|disallow|invalid|illegal|deprecat|removed|disabled|extra (?:input|field|param)|no such|must|should|only|cannot|can't|too (?:large|high|big|many|long)|exceed|at most|less than|greater|range|maximum|larger|smaller|>|≤|require|want|expected|instead|compatible|grammar error|fail.{0,40}(?:grammar|schema)|不支持|无效|参数/i;
/** The server names no field, and does not take one. */
const unnamedField =
  /unknown (?:field|parameter|argument|propert)|unrecogni[sz]ed|extra (?:inputs|fields)|unexpected (?:field|keyword|propert)|additional propert/i;

const contextLength = /context.{0,20}(?:length|window|size)/i;
const overall = /less than or equal|at most|no more than|range/i;

/** Statuses whose meaning is fixed. They say nothing of the request's fields. */
const otherwise = new Set([401, 402, 408, 413, 429]);

/** Whether a refusal may be due to the dialect of its request. */
export function mayBeDialect({ status }: Refusal): boolean {
  return !otherwise.has(status);
}

/**
 * Finds out from a refusal what the server does not take, whatever its status. The call can then be
 * made again in the new dialect. The part that the refusal names is blamed and no other. If it
 * names several, that is the one which it names first.
 * @returns Undefined when the refusal says nothing about the dialect, or blames what was learnt
 * already.
 */
export function learnFromRefusal(refusal: Refusal, dialect: Dialect, call: ModelCall): Lesson | undefined {
  if (!mayBeDialect(refusal)) return undefined;
  const { text, names } = wordsOf(refusal.body);
  const part = blamed(text, names, partsOf(call, dialect), call);
  return part === undefined ? undefined : lessons[part](dialect, text, call);
}

/** The parts that this request had. */
function partsOf({ sampling, questions, constraint }: ModelCall, dialect: Dialect): Exclude<Part, "systemRole">[] {
  return [
    "maxTokens",
    ...(dialect.temperature === "none" ? [] : ["temperature" as const]),
    ...(sampling.seed !== undefined && dialect.takesSeed ? ["seed" as const] : []),
    ...(questions !== undefined && dialect.topLogprobs > 0 ? ["logprobs" as const] : []),
    ...(constraint !== undefined && dialect.constraintField !== "none" ? ["constraint" as const] : []),
  ];
}

function blamed(text: string, names: readonly string[], parts: readonly Exclude<Part, "systemRole">[], call: ModelCall): Part | undefined {
  for (const name of names) {
    const [field = ""] = name.split(".");
    const part = parts.find((one) => spellings[one].test(field));
    if (part !== undefined) return part;
    // A path such as messages.0.role blames the role, and messages alone may do so.
    if (field === "messages") return systemRoleRefused(`${name} ${text}`, call) ? "systemRole" : undefined;
    if (/^(?:model|tools?|stream|stop|n|user)$/.test(field)) return undefined;
  }
  if (systemRoleRefused(text, call)) return "systemRole";
  if (!refusing.test(text)) return undefined;
  const quoted = [...text.matchAll(/[`'"]([a-z_]+(?:\.[a-z_0-9]+)*)[`'"]/gi)].map(([, name = ""]) => name);
  for (const name of quoted) {
    const part = parts.find((one) => spellings[one].test(name));
    if (part !== undefined) return part;
  }
  const found = parts
    .map((part) => ({ part, at: text.search(spellings[part]) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at);
  if (found[0] !== undefined) return found[0].part;
  // A field of the user's own may be meant as well, and nothing tells which.
  const isConstraint = call.request === undefined && parts.includes("constraint");
  return unnamedField.test(text) && quoted.length === 0 && names.length === 0 && isConstraint ? "constraint" : undefined;
}

const systemWords =
  /(?:system|developer)[\s_'"`-]{0,3}(?:role|messages?|prompts?|instructions?|parameter|角色)|(?:role|角色|variant)\b.{0,90}\b(?:system|developer)\b|[`'"](?:system|developer)[`'"].{0,60}\b(?:user|assistant)\b/i;
const roleWords =
  /roles? must alternate|must alternate|only (?:the )?[`'"]?user[`'"]?(?:,| and| or).{0,12}assistant|(?:role|角色).{0,60}(?:must|should|expected|can only|应|必须).{0,30}\buser\b|(?:first|start|begin)[^.]{0,40}\b(?:message|conversation|turn|role|with)\b[^.]{0,40}\buser\b|expected.{0,12}[`'"]user[`'"].{0,12}assistant|roles?.{0,20}(?:not supported|unsupported|invalid)|(?:invalid|unknown|unsupported|unexpected) role/i;
const templateWords = /jinja|chat[ _-]?template|template ?error|raise_exception/i;

/**
 * Whether a refusal is due to the system message. A chat template without a system role says so,
 * or that roles do not alternate, or that the first role must be the user's, or only that it
 * failed.
 */
function systemRoleRefused(text: string, { messages, questions }: ModelCall): boolean {
  const hasSystem = (questions?.[0]?.messages ?? messages).some(({ role }) => role === "system");
  if (!hasSystem || /optional (?:initial )?system/i.test(text)) return false;
  return (systemWords.test(text) && refusing.test(text)) || roleWords.test(text) || templateWords.test(text);
}

const lessons: Readonly<Record<Part, (dialect: Dialect, text: string, call: ModelCall) => Lesson | undefined>> = {
  systemRole: (dialect) =>
    dialect.takesSystemRole
      ? {
          dialect: { ...dialect, takesSystemRole: false },
          notice: "The model's chat template takes no system role: the system message is folded into the first user message.",
        }
      : undefined,
  temperature: (dialect, text, { sampling }) => temperatureLesson(dialect, text, sampling.temperature),
  seed: (dialect) => ({ dialect: { ...dialect, takesSeed: false }, notice: "The server takes no seed: its replies are not repeatable." }),
  maxTokens: maxTokensLesson,
  logprobs(dialect, text) {
    const fewer = /top_?logprobs/i.test(text) ? limitIn(text, dialect.topLogprobs) : undefined;
    const next = fewer !== undefined && fewer >= 2 ? fewer : (topLogprobs.find((number) => number < dialect.topLogprobs) ?? 0);
    return {
      dialect: { ...dialect, topLogprobs: next },
      notice:
        next > 0
          ? `The server gives fewer than ${dialect.topLogprobs} alternatives a token: asking for ${next}.`
          : "The server gives no log-probabilities: the judge's answers are plain verdicts without a score.",
    };
  },
  constraint: (dialect, text) => ({
    dialect: { ...dialect, constraintField: "none" },
    notice: `The server refused the output constraint "${dialect.constraintField}" (${excerpt(text)}): going on without it.`,
  }),
};

/** What OpenAI, vLLM and SGLang give at most, what several hosts give at most, and none. */
const topLogprobs = [20, 5, 0] as const;

/**
 * The only temperature that the model takes is sent, if the refusal names one. Some models take
 * every temperature but 0. Else none is sent, and then the model's own default counts.
 */
function temperatureLesson(dialect: Dialect, text: string, asked: number): Lesson {
  const only =
    /only.{0,30}?(?:default )?\(?(?<![\w.])(\d+(?:\.\d+)?)\)?(?![\w.]*\w).{0,20}(?:allowed|supported|accepted|valid|permitted)|(?:must be|must equal|has to be|should be|only (?:supports?|allows?|accepts?|takes?|be(?: set to)?)(?: (?:a|the))?(?: default)?(?: temperature)?(?: value)?(?: of)?)\s*(?:exactly |equal to |set to |=\s*)?(\d+(?:\.\d+)?)(?![\w.]*\w)(?!\s*(?:and|to|or|-|,|<|≤))/i.exec(
      text,
    );
  const value = Number(only?.[1] ?? only?.[2] ?? NaN);
  if (dialect.temperature === "any" && Number.isFinite(value))
    return { dialect: { ...dialect, temperature: value }, notice: `The model takes no temperature but ${value}: that is used.` };
  if (
    dialect.temperature === "any" &&
    asked === 0 &&
    /strictly positive|greater than (?:`?0`?|zero)|> ?0|\(0(?:\.0)?,|non-?zero|not be (?:0|zero)/i.test(text)
  )
    return {
      dialect: { ...dialect, temperature: "positive" },
      notice: `The model takes no temperature of 0: ${leastTemperature} is used instead.`,
    };
  return { dialect: { ...dialect, temperature: "none" }, notice: "The model takes no temperature: its own default is used." };
}

/** A smaller number in a refusal of `max_tokens` is not the limit. */
const fewestTokens = 16;

function maxTokensLesson(dialect: Dialect, text: string, { sampling }: ModelCall): Lesson | undefined {
  const named = limitIn(text, Math.min(sampling.maxOutputTokens, dialect.mostOutputTokens));
  const limit = named !== undefined && named >= fewestTokens ? named : undefined;
  // A prompt that does not fit the context says nothing about other prompts.
  if (contextLength.test(text) && !(overall.test(text) && limit !== undefined)) return undefined;
  if (limit !== undefined)
    return {
      dialect: { ...dialect, mostOutputTokens: limit },
      notice: `The server writes at most ${limit} tokens a reply: longer limits are lowered to that.`,
    };
  if (dialect.maxTokensField === "max_completion_tokens") return undefined;
  return /max_completion_tokens|not support|unsupported|compatible|deprecat|unrecogni|unknown|unexpected|extra|not permitted|forbid/i.test(
    text,
  )
    ? {
        dialect: { ...dialect, maxTokensField: "max_completion_tokens" },
        notice: "The server wants max_completion_tokens instead of max_tokens.",
      }
    : undefined;
}

/** A limit behind the words for one or the lower end of a range, and whether it is excluded. */
const limits =
  /(?:(?<below>less than(?! or)|below|under|smaller than|exclusive upper bound)|less than or equal to|at most|up to|no more than|<=?|≤|>|exceeds?|maximum|\bmax\b|limit|range|between|from)[^\d]{0,60}?(?:\d+\s*(?:\((?:in|ex)clusive\)\s*)?(?:,|to|and|-|–)\s*)?(?<![\w.-])(?<number>\d+)(?![\w.-]*\w)(?<exclusive>\s*\(exclusive\))?/gi;

/** The largest limit below `asked` that a refusal names. Undefined when it names none. */
function limitIn(text: string, asked: number): number | undefined {
  const plain = text.replace(/(?<![\d,[(])\d{1,3}(?:[,_]\d{3})+(?![\d,])/g, (number) => number.replace(/[,_]/g, ""));
  const named = [...plain.matchAll(limits)].map(({ groups }) => {
    const number = Number(groups?.["number"]);
    return groups?.["below"] !== undefined || groups?.["exclusive"] !== undefined ? number - 1 : number;
  });
  const below = named.filter((number) => number >= 1 && number < asked);
  return below.length === 0 ? undefined : Math.max(...below);
}
