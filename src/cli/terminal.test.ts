import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { keepSecret } from "../secrets.ts";
import { pc, writeError, writeJson, writeOut } from "./terminal.ts";

const hostile = "\u001b[31mRED\u001b[0m\u001b]0;T\u0007\u009b2J\u202ekey\r";

afterEach(() => vi.restoreAllMocks());

function written(stream: NodeJS.WriteStream, write: () => void): string {
  const texts: string[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => texts.push(String(text)) > 0);
  write();
  return texts.join("");
}

test("what others wrote reaches neither stream raw, also within the program's own colours", () => {
  for (const [stream, write] of [
    [process.stdout, writeOut],
    [process.stderr, writeError],
  ] as const) {
    const plain = written(stream, () => write(`${hostile} and ${pc.bold("own")} ${pc.red(hostile)}\n`)).replaceAll(pc.bold("own"), "own");
    // oxlint-disable-next-line no-control-regex
    expect(plain.replace(/\u001b\[\d+m/g, "")).toBe("RED]0;T2Jkey and own RED]0;T2Jkey\n");
  }
});

test("JSON holds the same text, with its controls escaped", () => {
  const line = written(process.stdout, () => writeJson({ text: hostile }));
  // oxlint-disable-next-line no-control-regex
  expect(line.trimEnd()).toMatch(/^[\u0020-\u007e]*$/);
  expect(JSON.parse(line)).toEqual({ text: hostile });
});

test("a secret reaches neither stream", () => {
  keepSecret("qz8Secret0815");
  expect(written(process.stdout, () => writeOut("row qz8Secret0815\n"))).toBe("row [key]\n");
  expect(written(process.stderr, () => writeError("at http://a:b@h/?key=c of qz8Secret0815\n"))).toBe(
    "at http://[key]@h/?key=[key] of [key]\n",
  );
});

test("no other file writes text to the terminal", () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /(?<!\.test|\.d)\.tsx?$/.test(path));
  const writers = files.filter((path) => /\bconsole\.|process\.std(?:out|err)\.write\((?!")/.test(readFileSync(`${root}${path}`, "utf8")));
  expect(writers).toEqual(["cli/terminal.ts"]);
});
