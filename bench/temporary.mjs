// Child processes and temporary folders that must not stay behind, also after Ctrl-C.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ends = new Set();

/** Registers `end` to run when the bench ends early. Returns a function that removes it again. */
export function onEnd(end) {
  ends.add(end);
  return () => ends.delete(end);
}

/** Makes a temporary folder, calls `use` with it, and removes it. */
export async function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), "sysgen-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const forget = onEnd(remove);
  try {
    return await use(folder);
  } finally {
    forget();
    remove();
  }
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.once(signal, () => {
    // Child processes are ended before folders are removed, because they write into the folders.
    for (const end of [...ends].toReversed()) end();
    process.exit(code);
  });
