import type { Example } from "./example.ts";
import { isMasked, type Message } from "./message.ts";

/** What of a row may offer tools to the assistant. */
type Offering = Pick<Example, "messages" | "systemMessage" | "tools">;

/** A call in a model's own notation, wherever it stands in a text. */
const markedCall =
  /<tool_calls?>|<function_?calls?>|<function=|<invoke name=|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?(?:_begin|_start|_section_begin)?\|>|<｜tool▁calls?▁begin｜>|<start_function_call>|```tool_c(?:ode|all)|^Action Input:/im;
/** `[f(x=1), g()]`, as ToolACE and Llama write calls. */
const listedCall = /^\[[^[\]()"'{}]{1,120}\([\s\S]*\)\]$/;
/** `f(x=1)`, alone on its line. */
const plainCall = /^[A-Za-z_][\w.]{0,120}\(.*\)$/;
/** What every marked call holds one of. Most responses hold none, and are told by it quickly. */
const marks = ["<", "[TOOL_CALLS]", "```tool_c", "Action Input:"];
const callNames = ["name", "function", "tool", "tool_name", "action"];
const callArguments = ["arguments", "parameters", "args", "action_input", "tool_input", "input"];

/**
 * Whether a response is a tool call that is written as text, as in Hermes and ToolACE. Where no
 * tools are offered, only a text that begins with a model's own notation is one.
 */
export function isToolCallText(content: string, offersTools: () => boolean): boolean {
  const text = content.trim();
  const marked = marks.some((mark) => text.includes(mark)) ? markedCall.exec(text) : null;
  if (marked !== null) return marked.index === 0 || offersTools();
  if (text.endsWith("}") || text.endsWith("]") || text.endsWith("```")) {
    const bare = text.replace(/^```(?:json|python)?\s*/, "").replace(/\s*```$/, "");
    return (listedCall.test(bare) || isJsonCall(bare)) && offersTools();
  }
  return text.endsWith(")") && text.split("\n").every((line) => plainCall.test(line.trim())) && offersTools();
}

function isJsonCall(text: string): boolean {
  if (!/^[{[]/.test(text)) return false;
  try {
    return isCall(JSON.parse(text));
  } catch {
    return false;
  }
}

function isCall(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isCall);
  if (typeof value !== "object" || value === null) return false;
  if ("tool_calls" in value) return isCall(value.tool_calls);
  return callNames.some((key) => key in value) && (callArguments.some((key) => key in value) || "function" in value);
}

/** Words that announce tools, which stand in prose before their definitions. */
const announcesTools =
  /\b(?:following|available|these|list of|access to|call|invoke|use)\b[^.\n]{0,60}\b(?:functions?|tools?|apis?)\b|\b(?:functions?|tools?|apis?)\b[^.\n]{0,40}\b(?:available|below|in JSON)\b/i;

/** Whether a text defines tools, as the system messages of Hermes, Glaive and ToolACE do. */
export function definesTools(text: string): boolean {
  if (/<tools>|<functions>|\[AVAILABLE_TOOLS\]|<available_tools>|\bnamespace functions\b|<\|tool_list_start\|>/i.test(text)) return true;
  if (/["']name["']\s*:/.test(text) && /["'](?:parameters|arguments|input_schema|inputSchema|description)["']\s*:/.test(text)) return true;
  return (
    announcesTools.test(text) && /[A-Za-z_]\w*\([^)]*\)\s*(?:->|:)|["']name["']\s*:|^[ \t]*(?:[-*]|\d+[.)])[ \t]*`?[A-Za-z]+_\w/m.test(text)
  );
}

function hasTools(tools: unknown): boolean {
  if (tools == null) return false;
  if (typeof tools === "string") return !/^\s*(?:\[\s*\]|\{\s*\}|null|none)?\s*$/i.test(tools);
  return Object.keys(tools).length > 0;
}

/** Whether the row offers tools, in its own column, its system message or a message of the user. */
export function offersTools({ messages, systemMessage, tools }: Offering): boolean {
  return (
    hasTools(tools) ||
    (systemMessage !== undefined && definesTools(systemMessage)) ||
    messages.some(({ role, content }) => role === "user" && definesTools(content))
  );
}

/**
 * Whether an assistant's turn stays as it is. The data keeps it out of the loss, or it calls a tool
 * in text.
 */
export function isKept(message: Message, example: Offering): boolean {
  return isMasked(message) || isToolCallText(message.content, () => offersTools(example));
}

/**
 * The row's tool definitions as a model is shown them. The user's messages are left out, because
 * models see those anyway.
 */
export function toolDefinitions({ systemMessage, tools }: Omit<Offering, "messages">): string | undefined {
  const inMessage = toolMessage(systemMessage);
  if (!hasTools(tools)) return inMessage;
  const text = typeof tools === "string" ? tools.trim() : JSON.stringify(tools);
  return inMessage === undefined ? text : `${text}\n\n${inMessage}`;
}

/**
 * The row's own system message when it defines tools. It follows the new message then, because the
 * row's calls would mean nothing without the definitions and the notation that it asks for.
 */
export function toolMessage(systemMessage: string | undefined): string | undefined {
  return systemMessage !== undefined && definesTools(systemMessage) ? systemMessage : undefined;
}

/** A system message together with the tool definitions of the one that it replaces. */
export function withToolMessage(message: string, replaced: string | undefined): string {
  const definitions = toolMessage(replaced);
  return definitions === undefined ? message : `${message}\n\n${definitions}`;
}
