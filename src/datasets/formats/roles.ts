import type { Role } from "../../records/message.ts";
import { RowError } from "./format.ts";

const roleNames: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  client: "user",
  customer: "user",
  player: "user",
  instruction: "user",
  question: "user",
  usr: "user",
  assistant: "assistant",
  gpt: "assistant",
  bot: "assistant",
  chatbot: "assistant",
  ai: "assistant",
  agent: "assistant",
  llm: "assistant",
  claude: "assistant",
  "gpt-4": "assistant",
  sys: "system",
  response: "assistant",
  answer: "assistant",
  model: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
  bard: "assistant",
  tool: "tool",
  function: "tool",
  observation: "tool",
  tool_response: "tool",
  tool_result: "tool",
  function_response: "tool",
  ipython: "tool",
};

/**
 * The role that a row's role name stands for. Knows the spellings seen in public datasets, in upper
 * or lower case.
 * @throws RowError for any other name.
 */
export function readRole(name: string): Role {
  const role = roleNames[name] ?? roleNames[name.trim().toLowerCase()];
  if (role === undefined)
    throw new RowError("unknown-role", `expected a role such as user, assistant or system, found "${name.slice(0, 60)}"`);
  return role;
}
