import { expect, test } from "vitest";
import { ModelError, Outage, SysGenError, UsageError } from "../errors.ts";
import { explainWriteError } from "./disk-errors.ts";
import { isOutage } from "./outage.ts";

const withCode = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });
const stopped = (cause: Error): UsageError => new UsageError(`The run stopped: ${cause.message}`, { cause });

test.each<[string, unknown]>([
  ["no connection", new ModelError("connection", "nobody listens", { stops: "at-first" })],
  ["a server that fails", stopped(new ModelError("server", "answered 503"))],
  ["limits that do not end", stopped(new ModelError("rate-limit", "answered 429", { stops: "always" }))],
  ["a hub that is away", new Outage("the hub answered 502")],
  ["a download that stalls", new SysGenError("cannot be read", { cause: new TypeError("fetch failed", { cause: withCode("EAI_AGAIN") }) })],
  ["a full disk", explainWriteError("journal.jsonl", withCode("ENOSPC"))],
  ["a full disk below SQLite", new Error("database or disk is full")],
  ["a quota", withCode("EDQUOT")],
  ["a network file system that is away", explainWriteError("journal.jsonl", withCode("ESTALE"))],
])("%s is an outage", (_, error) => {
  expect(isOutage(error)).toBe(true);
});

test.each<[string, unknown]>([
  ["a wrong key", stopped(new ModelError("auth", "answered 401", { stops: "always" }))],
  ["an unknown model", stopped(new ModelError("not-found", "answered 404", { stops: "at-first" }))],
  ["a folder that is not writable", explainWriteError("journal.jsonl", withCode("EACCES"))],
  ["wrong usage", new UsageError("--shards: expected a number")],
  ["a fault of sysgen", new TypeError("x is not a function")],
  ["a text", "ENOSPC"],
])("%s is none", (_, error) => {
  expect(isOutage(error)).toBe(false);
});
