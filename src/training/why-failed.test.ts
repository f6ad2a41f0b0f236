import { expect, test } from "vitest";
import { whyFailed } from "./why-failed.ts";

/** As real libraries ended on a file system that was full. */
const fullDisks = [
  "safetensors._safetensors_rust.SafetensorError: Error while serializing: I/O error: No space left on device (os error 28)",
  "RuntimeError: [enforce fail at inline_container.cc:671] . unexpected pos 2002496 vs 2002448",
  "Exception: No space left on device (os error 28)",
  "OSError: [Errno 28] No space left on device",
  "OSError: [Errno 122] Disk quota exceeded: 'checkpoints/checkpoint-3/optimizer.pt'",
];

test.each(fullDisks)("a full disk is told as one: %s", (line) => {
  const lastLines = ["Traceback (most recent call last):", line, "  0%|          | 0/2 [00:01<?, ?it/s]"];
  const said = whyFailed({ failure: undefined, end: { code: 1, signal: null, lastLines }, log: "train.log", freeBytes: 1e9 });
  expect(said).toBe(`The disk is full, or at a quota: ${line}. Make room and run the same command again. All its output is in train.log.`);
});
