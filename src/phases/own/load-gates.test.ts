import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { loadGates } from "./load-gates.ts";
import type { OwnGate } from "./own-gate.ts";

const gate = (more: object = {}): OwnGate => ({ name: "brief", find: () => undefined, ...more });

describe("a file of gates", () => {
  test("exports one gate, a list of gates, or gates by name", async () => {
    await using folder = await temporaryFolder();
    const paths = [
      await folder.file("one.mjs", 'export default { name: "one", find: () => undefined };'),
      await folder.file("list.mjs", 'const find = () => undefined;\nexport default [{ name: "two", find }, { name: "three", find }];'),
      await folder.file("named.mjs", 'export const a = { name: "four", find: () => undefined };'),
    ];
    const loaded = await loadGates(paths, [gate()]);
    expect(loaded.map((entry) => entry.gate.name)).toEqual(["one", "two", "three", "four", "brief"]);
  });

  test("has another version once it, or a file that it imports, has other text", async () => {
    await using folder = await temporaryFolder();
    const code =
      'import { most } from "./most.mjs";\nexport default { name: "x", find: ({ response }) => response.length > most && "long" };';
    const path = await folder.file("x.mjs", code);
    const versionOf = async (most: number): Promise<string | undefined> => {
      await folder.file("most.mjs", `export const most = ${most};`);
      return (await loadGates([path], []))[0]?.version;
    };
    const first = await versionOf(1);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    expect(await versionOf(1)).toBe(first);
    expect(await versionOf(2)).not.toBe(first);
  });

  test.each<[string, string, RegExp]>([
    ["throws", "\n\nthrow new Error('no licence');", /x\.mjs threw Error: no licence \(.*x\.mjs:3\)/],
    ["imports what is not there", 'import "./gone.mjs";', /file of gates .*x\.mjs threw Error: .*gone\.mjs/],
    ["exports nothing", "export {};", /x\.mjs exports nothing\. Expected a gate/],
    ["exports what is no gate", "export default 5;", /x\.mjs: expected a gate, .*, found 5/],
    ["has no function", "export default { name: 'x' };", /x\.mjs: find: expected a function, found nothing/],
    ["has another policy", "export default { name: 'x', policy: 'fix', find() {} };", /policy: expected retry or .*, found "fix"/],
    ["has a name that is none", "export default { name: 'My Gate', find() {} };", /name: expected lower-case letters.*, found "My Gate"/],
    [
      "takes a name of the program",
      "export default { name: 'leak', find() {} };",
      /x\.mjs: the gate's name "leak" is taken by a gate of the program/,
    ],
    [
      "takes its own name twice",
      "export default [{ name: 'x', find() {} }, { name: 'x', find() {} }];",
      /"x" is taken by a gate of .*x\.mjs/,
    ],
  ])("that %s is a sentence", async (_name, code, said) => {
    await using folder = await temporaryFolder();
    const path = await folder.file("x.mjs", code);
    await expect(loadGates([path], [])).rejects.toThrow(
      expect.objectContaining({ name: "UsageError", message: expect.stringMatching(said) }),
    );
  });

  test("that is not there is a sentence", async () => {
    await expect(loadGates(["no/such-gate.mjs"], [])).rejects.toThrow(
      /The file of gates no\/such-gate\.mjs cannot be read: there is no such file/,
    );
  });
});

test("the version of an object is the user's own, or the function's", async () => {
  const versions = async (...gates: OwnGate[]) => (await loadGates([], gates)).map(({ version }) => version);
  const [own, source] = await versions(gate({ version: "2" }), gate({ name: "other" }));
  expect([own, source]).toEqual(["2", expect.stringMatching(/^[0-9a-f]{12}$/)]);
  expect(await versions(gate({ find: () => "never good" }))).not.toEqual([source]);
});
