import { join } from "node:path";
import type { ToolEnd } from "../../python/run-tool.ts";
import { wasKilled } from "../../python/short-memory.ts";
import { modelName, type HarnessModel } from "./model.ts";
import type { HarnessTask } from "./tasks.ts";

export interface FailureContext {
  readonly task: HarnessTask;
  readonly model: HarnessModel;
  /** Where the harness was to write. Its log is there too. */
  readonly folder: string;
  readonly dataRoot: string | undefined;
  readonly python: string;
}

/** Name of the file that all output of the harness goes to. */
export const logName = "lm-eval.log";

interface Cause {
  readonly pattern: RegExp;
  /** Whose errors they are. The harness of a folder asks the hub alone. Default anyone's. */
  readonly of?: "server" | "hub";
  /** @param said The part of the output that the pattern's first group matched. */
  readonly sentence: (about: FailureContext, said: string) => string;
}

/** Known ends of lm-evaluation-harness 0.4.13, in its words. The first that fits counts. */
const causes: readonly Cause[] = [
  {
    pattern: /No space left on device|database or disk is full|Disk quota exceeded/,
    sentence: ({ folder }) => `the disk is full, or at a quota, under ${folder} or in the Hugging Face cache. Make room`,
  },
  {
    pattern: /((?:CUDA|HIP|MPS|XPU)[^\n]*out of memory[^\n]*|CUDA error: out of memory)/,
    sentence: (_, said) =>
      `the model does not fit into the graphics memory (${said.slice(0, 200)}). End what else uses it, or take one with more memory`,
  },
  {
    pattern: /((?:DefaultCPUAllocator|can(?:'t|not) allocate memory|std::bad_alloc)[^\n]*|MemoryError)/i,
    sentence: (_, said) => `the model does not fit into memory (${said.slice(0, 200)})`,
  },
  {
    pattern: /Tasks? not found: ([^\n]+)/,
    sentence: ({ python }, said) => `lm-eval of ${python} has no task ${said}. Expected version 0.4.13`,
  },
  {
    pattern: /Resource [^\n]*punkt_tab[^\n]* not found|nltk\.download\('punkt_tab'\)/,
    sentence: ({ python }) => `NLTK's data punkt_tab is missing, which splits sentences. Run "${python} -m nltk.downloader punkt_tab"`,
  },
  {
    pattern: /No module named '([\w.]+)'/,
    sentence: ({ python }, said) =>
      `${python} lacks the module ${said}. Install lm-eval[hf,api,ifeval] there, or run "sysgen python install"`,
  },
  {
    pattern: /Loglikelihood (?:\([^)]*\) )?is not supported for chat completions/,
    of: "server",
    sentence: ({ task }) => `a chat endpoint gives no log-probabilities of answers${substituteFor(task)}`,
  },
  {
    pattern: /KeyError: '(?:token_)?logprobs'|'NoneType' object is not subscriptable[^]*logprobs|KeyError: 'top_logprobs'/,
    of: "server",
    sentence: ({ task, model }) => `${modelName(model)} gives no log-probabilities of a prompt${substituteFor(task)}`,
  },
  {
    pattern: /(?:gated dataset|GatedRepoError|Access to dataset [^\n]* is restricted)/i,
    sentence: ({ task }) =>
      `the dataset ${task.dataset} is gated. Accept its conditions at https://huggingface.co/datasets/${task.dataset} and set HF_TOKEN`,
  },
  {
    pattern:
      /Couldn't reach '([^']+)' on the Hub|Couldn't find (?:the cache for |any data file at )?([^\n]+)|(?:DatasetNotFoundError|OfflineModeIsEnabled)[^\n]*/,
    sentence: ({ task, dataRoot }) =>
      `the dataset ${task.dataset} is neither ${dataRoot === undefined ? "in the Hugging Face cache" : `in ${join(dataRoot, task.dataset)}`} nor to be had from the hub`,
  },
  {
    pattern: /BuilderConfig '([^']+)' not found/,
    sentence: ({ task, dataRoot }, said) =>
      `the dataset ${task.dataset}${dataRoot === undefined ? "" : ` in ${dataRoot}`} has no configuration "${said}". Its README.md names its configurations`,
  },
  {
    pattern: /number of fewshot samples requested exceeds the (\d+)|Sample larger than population or is negative/,
    sentence: ({ task, dataRoot }, said) =>
      `the dataset ${task.dataset}${dataRoot === undefined ? "" : ` in ${dataRoot}`} holds ${said === "" ? "fewer rows" : `only ${said} rows`} to draw examples from. Take fewer with --shots`,
  },
  {
    pattern: /KeyError: '(train|validation|test|dev)'|Unknown split "?(\w+)/,
    sentence: ({ task, dataRoot }, said) =>
      `the dataset ${task.dataset}${dataRoot === undefined ? "" : ` in ${dataRoot}`} has no split "${said}", which ${task.title} or its examples are drawn from`,
  },
  {
    pattern: /Repo id must be in the form|is not a local folder and is not a valid model identifier/,
    sentence: ({ model }) =>
      model.kind === "folder"
        ? `${model.folder} is no Hugging Face folder`
        : `the tokenizer of ${model.model} is not known, which counts the tokens of choices. --tokenizer takes its folder or hub name`,
  },
  {
    pattern: /\b([45]\d\d) (?:Client|Server) Error/,
    of: "hub",
    sentence: ({ task: { dataset } }, status) =>
      status === "401" || status === "403"
        ? `the hub gives no access to the dataset ${dataset} (${status}). Accept its conditions at https://huggingface.co/datasets/${dataset} and set HF_TOKEN`
        : status === "429"
          ? "the hub takes no more requests for now (429). Wait some minutes, set HF_TOKEN, or give the data with --data-root"
          : `the hub refuses the dataset ${dataset} (${status}). Try again later, or give the data with --data-root`,
  },
  {
    pattern: /((?:(?:Read|Connect|Pool)Timeout|TimeoutError|\w*Connect\w*Error|Max retries exceeded|couldn't connect to)[^\n]*)/,
    of: "hub",
    sentence: (_, said) => `the hub does not answer (${said.slice(0, 200)}). Try again later, or give the data with --data-root`,
  },
  {
    pattern: /(?:401|403)[^\n]*(?:Unauthorized|Forbidden|api[_ ]key|authenticat)/i,
    of: "server",
    sentence: ({ model }) => `${modelName(model)} refuses the key. Check --api-key-env`,
  },
  {
    pattern: /(?:ServerTimeoutError|TimeoutError|Read timed out|ReadTimeout)/,
    of: "server",
    sentence: ({ model }) => `${modelName(model)} gave no reply in time. It may be overloaded`,
  },
  {
    pattern: /Max retries exceeded|ClientConnectorError|Connection refused|Cannot connect to host|ServerDisconnectedError/,
    of: "server",
    sentence: ({ model }) => `${modelName(model)} does not answer. Is it still running`,
  },
  {
    pattern: /(?:HTTPError|ClientResponseError): (4\d\d[^\n]*)|API request failed with error message: ([^\n]*)/,
    of: "server",
    sentence: ({ model }, said) => `${modelName(model)} refuses the request (${said.slice(0, 300)}). Is the model's name right`,
  },
  {
    pattern: /(?:tokenizer\.chat_template is not set|no template argument was passed|does not have a (?:default )?chat template)/,
    sentence: ({ model }) => `the tokenizer of ${modelName(model)} has no chat template`,
  },
  {
    pattern: /System role not supported|TemplateError: ([^\n]*)|UndefinedError: ([^\n]*)/,
    sentence: ({ model }, said) => `the chat template of ${modelName(model)} refuses the conversation${said === "" ? "" : ` (${said})`}`,
  },
  {
    pattern:
      /(?:does not appear to have a file named|Unrecognized model in|Error no file named|HeaderTooLarge|HeaderTooSmall|SafetensorError|Error\(s\) in loading state_dict|size mismatch for)([^\n]*)/,
    sentence: ({ model }, said) =>
      `${modelName(model)} is no whole Hugging Face folder (${said.trim().slice(0, 200)}). It needs config.json, the tokenizer's files and the weights`,
  },
  {
    pattern: /(?:database disk image is malformed|file is not a database)/,
    sentence: ({ folder }) => `the answers of the interrupted run cannot be read. Delete ${folder}`,
  },
  {
    pattern: /Could not save results aggregated|Permission denied|Read-only file system|\[Errno 20\]|NotADirectoryError/,
    sentence: unwritten,
  },
];

/** An error that names the hub. */
const hubError = /HfHubHTTPError|(?:Error|Exception|Timeout)\b[^\n]*huggingface\.co/;

/**
 * Why the harness brought no result, in a sentence.
 * @param end How its process ended. An exit code of 0 without a result is a failure too.
 */
export function failureOf(end: ToolEnd, about: FailureContext): string {
  const { code, signal, lastLines } = end;
  const output = lastLines.join("\n");
  const log = join(about.folder, logName);
  const asked = about.model.kind === "folder" || hubError.test(output) ? "hub" : "server";
  const known = causes.flatMap(({ pattern, of = asked, sentence }) => {
    if (of !== asked) return [];
    const found = pattern.exec(output);
    return found === null ? [] : [sentence(about, (found.slice(1).find((group) => group !== undefined) ?? "").trim())];
  });
  const [cause] = known;
  if (cause !== undefined) return closed(`${about.task.title}: ${cause}`, log);
  if (code === 0) return closed(`${about.task.title}: ${unwritten(about)}`, log);
  if (wasKilled(end)) return closed(`${about.task.title}: the system ended lm-eval, which it does when memory is short`, log);
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const last = lastLines.findLast((line) => /\w*(?:Error|Exception)\b/.test(line)) ?? lastLines.at(-1);
  return closed(`${about.task.title}: lm-eval ended ${how}${last === undefined ? "" : `: ${last.trim().slice(0, 300)}`}`, log);
}

/** The harness only warns of it, and its exit code is 0. */
function unwritten({ folder }: FailureContext): string {
  return `its results were not written into ${folder}. Is the folder writable, and is there room on the disk`;
}

function substituteFor({ substitute }: HarnessTask): string {
  return substitute === undefined ? ". Evaluate the folder of the weights" : `. Evaluate the folder of the weights, or take ${substitute}`;
}

function closed(sentence: string, log: string): string {
  return `${sentence}${/\b(?:Is|Are)\b[^.]*$/.test(sentence) ? "?" : "."} All output is in ${log}.`;
}
