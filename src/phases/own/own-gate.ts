import { z } from "zod";
import type { ModelReply } from "../../models/model.ts";
import { OwnCodeError, ownCodeThrew, ownFunction, ownName, ownVersion } from "../../platform/own-code.ts";
import type { Example } from "../../records/example.ts";
import type { Message } from "../../records/message.ts";
import { gatePolicies, type GatePolicy } from "../gates/gate.ts";

/** What a gate of one's own looks at. */
export interface GatedResponse {
  /** The new response. */
  readonly response: string;
  /** The response that the new one replaces. */
  readonly original: string;
  /** The system message that the new response was written under, without its tags. */
  readonly systemMessage: string;
  /** The last message of the user before the response. */
  readonly instruction: string;
  /** The conversation before the response, with the new responses of earlier turns. */
  readonly history: readonly Message[];
  /** Index of the response among the responses of the conversation, from 0. */
  readonly turn: number;
  /** The row's other columns. */
  readonly columns: Readonly<Record<string, unknown>>;
  /** The row as a conversation. */
  readonly example: Example;
  readonly finishReason: ModelReply["finishReason"];
  readonly usage: ModelReply["usage"];
}

/** A sentence for people if something is wrong with the response. */
export type GateFinding = string | false | null | undefined;

/**
 * A check of the user's own on each new response. It looks after the gates of the program, and only
 * if none of them found anything.
 */
export interface OwnGate {
  /** The gate's key under `respond.gates`. Lower-case letters, digits and hyphens. */
  readonly name: string;
  /**
   * What is done about a response that is caught. `respond.gates` of the configuration wins over
   * it. Default `retry`.
   */
  readonly policy?: GatePolicy | undefined;
  /**
   * Marks what `find` does, for the run's identity. Default is a hash of the function's source, or
   * of the gate's file.
   */
  readonly version?: string | undefined;
  /** What is wrong with the response. `undefined`, `null`, `false` or `""` if nothing is. */
  find(seen: GatedResponse): GateFinding | Promise<GateFinding>;
}

export const ownGateSchema = z.looseObject(
  {
    name: ownName,
    policy: z.enum(gatePolicies, `expected ${gatePolicies.join(" or ")}`).optional(),
    version: ownVersion,
    find: ownFunction,
  },
  "expected a gate, which is an object with name and find",
);

/** What an own gate found, and its policy. */
export interface OwnFinding {
  readonly gate: string;
  readonly policy: Exclude<GatePolicy, "off">;
  readonly detail: string;
}

/**
 * The first finding of the gates that are not off. Undefined if they find nothing.
 * @param policies By the gate's name. A gate that is not named is off.
 * @throws OwnCodeError when a gate throws, or gives back what is no finding.
 */
export async function askOwnGates(
  gates: readonly OwnGate[] = [],
  seen: () => GatedResponse,
  policies: Readonly<Record<string, GatePolicy>>,
): Promise<OwnFinding | undefined> {
  for (const gate of gates) {
    const policy = policies[gate.name] ?? "off";
    if (policy === "off") continue;
    const detail = await askGate(gate, seen());
    if (detail !== undefined) return { gate: gate.name, policy, detail };
  }
  return undefined;
}

async function askGate(gate: OwnGate, seen: GatedResponse): Promise<string | undefined> {
  const what = `the gate ${gate.name}`;
  let said: unknown;
  try {
    said = await gate.find(seen);
  } catch (error) {
    throw ownCodeThrew(what, error);
  }
  if (said === undefined || said === null || said === false || said === "") return undefined;
  if (typeof said === "string") return said;
  throw new OwnCodeError(`${what} gave back a value of type ${typeof said}, where a sentence was expected, or nothing`);
}
