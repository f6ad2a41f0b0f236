import type { Role } from "../../records/message.ts";
import { RowError } from "./format.ts";

const roleNames: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  bot: "assistant",
  model: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
  bard: "assistant",
  tool: "tool",
  function: "tool",
  observation: "tool",
  function_response: "tool",
  ipython: "tool",
};

/**
 * The role that a row's role name stands for. Knows the spellings seen in public datasets, in upper
 * or lower case.
 * @throws RowError for any other name.
 */
export function readRole(name: string): Role {
  const role = roleNames[name] ?? roleNames[name.toLowerCase()];
  if (role === undefined)
    throw new RowError("unknown-role", `expected a role such as user, assistant or system, found "${name.slice(0, 60)}"`);
  return role;
}
