// What must not stay behind: child processes and folders, also after Ctrl-C.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ends = new Set();

/** Runs when the bench ends early. Returns a function that takes it back. */
export function onEnd(end) {
  ends.add(end);
  return () => ends.delete(end);
}

/** A folder for the time of `use`. */
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
    // Children first: they write into the folders.
    for (const end of [...ends].toReversed()) end();
    process.exit(code);
  });
