import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type ModelServer } from "../../test/fixtures/model-server.ts";
import { questions, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { generate, type GeneratedRow, type GenerateOptions } from "./generate-rows.ts";

const optionsOf = (server: ModelServer, more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  model: "m",
  baseUrl: server.url,
  verify: { calibrationRows: 0 },
  concurrency: 4,
  env: {},
  ...more,
});
const leftFolders = (): string[] => readdirSync(tmpdir()).filter((name) => /^sysgen-[A-Za-z0-9]{6}$/.test(name));

async function collect(rows: AsyncIterable<GeneratedRow>): Promise<GeneratedRow[]> {
  const all: GeneratedRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe("rows of a program", () => {
  test("come back in their order, each with what became of it, and with the run's figures", async () => {
    await using server = await startModelServer(async (call) => {
      // The first row is the slowest.
      if (JSON.stringify(call.body).includes("number 0?")) await new Promise((resolve) => setTimeout(resolve, 100));
      return wellBehaved(call);
    });
    const before = leftFolders();
    const given = [...questions(4), { id: "none", question: "Why?" }, ...questions(6).slice(4)];
    const stream = generate(given, optionsOf(server));
    const rows = await collect(stream);
    expect(rows.map(({ id }) => id)).toEqual(["q0", "q1", "q2", "q3", "none", "q4", "q5"]);
    expect(rows.map(({ input }) => input)).toEqual(given);
    expect(rows[4]).toMatchObject({ outcome: "dropped", phase: "read", reason: "missing-column" });
    const [first] = rows;
    if (first?.outcome !== "done") throw new Error("the first row is not done");
    expect(first.row.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant"]);
    expect(first.row.sysgen.originalResponses).toEqual(["Fact 0 is well known."]);
    expect(await stream.summary).toMatchObject({ state: "finished", rows: { in: 7, done: 6, dropped: 1 }, files: undefined });
    expect(leftFolders()).toEqual(before);
  });

  test("of a directory go on without a call", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const options = optionsOf(server, { out: join(folder.path, "run") });
    const first = await collect(generate(questions(3), options));
    const calls = server.calls.length;
    const again = generate(questions(3), options);
    expect(await collect(again)).toEqual(first);
    expect(server.calls.length).toBe(calls);
    expect((await again.summary).files?.dataset).toBe(join(folder.path, "run", "dataset.jsonl"));
  });
});

describe("a stream that ends early", () => {
  /** Rows without end, and whether somebody still reads them. */
  function endless() {
    const seen = { rows: 0, isClosed: false };
    async function* rows() {
      try {
        for (;;) yield { id: `e${seen.rows}`, question: `What is fact number ${seen.rows++}?`, answer: "It is known." };
      } finally {
        seen.isClosed = true;
      }
    }
    return { rows: rows(), seen };
  }

  test("because the loop is left: the source is closed, no call follows, and no folder is left", async () => {
    await using server = await startModelServer();
    const before = leftFolders();
    const { rows, seen } = endless();
    const stream = generate(rows, optionsOf(server));
    let read = 0;
    for await (const row of stream) {
      expect(row.id).toBe(`e${read}`);
      if (++read === 20) break;
    }
    const calls = server.calls.length;
    expect(seen.isClosed).toBe(true);
    expect((await stream.summary).state).toBe("interrupted");
    expect(leftFolders()).toEqual(before);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.calls.length).toBe(calls);
  });

  test("because of the user's signal: it throws the signal's reason", async () => {
    await using server = await startModelServer();
    const users = new AbortController();
    const { rows, seen } = endless();
    const stream = generate(rows, optionsOf(server, { signal: users.signal }));
    const reading = (async () => {
      for await (const { id } of stream) if (id === "e5") users.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
    expect(seen.isClosed).toBe(true);
  });

  test("because the source throws: its own error comes, after the rows before it", async () => {
    await using server = await startModelServer();
    const broken = new RangeError("the table is gone");
    async function* rows() {
      yield* questions(120);
      throw broken;
    }
    const stream = generate(rows(), optionsOf(server));
    const ids: string[] = [];
    const reading = (async () => {
      for await (const { id } of stream) ids.push(id);
    })();
    await expect(reading).rejects.toBe(broken);
    await expect(stream.summary).rejects.toBe(broken);
    expect(ids).toEqual(questions(ids.length).map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(100);
  });

  test("because no call can succeed: it throws at once, and not row by row", async () => {
    await using server = await startModelServer(() => ({ status: 401, body: '{"error":{"message":"wrong key"}}' }));
    const { rows } = endless();
    await expect(collect(generate(rows, optionsOf(server)))).rejects.toThrow(/The run stopped: .*wrong key/);
  });

  test.each<[string, object, RegExp]>([
    ["an option that is none", { baseURL: "http://127.0.0.1:9/v1" }, /baseURL: unknown option\. Known options: .*baseUrl/],
    ["a value that does not fit", { baseUrl: 5 }, /baseUrl: expected text or a list, found 5/],
    ["no model for a server", { model: undefined }, /needs --model/],
  ])("because of %s", async (_name, more, said) => {
    await using server = await startModelServer();
    await expect(collect(generate(questions(1), { ...optionsOf(server), ...more }))).rejects.toThrow(said);
  });
});

test("a reader that is slow holds the rows back", async () => {
  await using server = await startModelServer();
  let read = 0;
  async function* rows() {
    for (const row of questions(9_000)) {
      read++;
      yield row;
    }
  }
  // Rows of another format end at reading, so that they end fast.
  const stream = generate(rows(), optionsOf(server, { format: "messages" }));
  for await (const _ of stream) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    break;
  }
  expect(read).toBeLessThan(4_000);
});
