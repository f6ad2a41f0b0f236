import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { judgeResultSchema, type JudgeResult } from "../../src/evaluation/judge/result.ts";
import { foreignOf, rowVerdictsSchema, type RowVerdicts } from "../../src/evaluation/judge/row-verdicts.ts";
import { shown, startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { makeRun } from "../fixtures/made-run.ts";
import { startSysgen, sysgen, temporaryFolder, type Finished, type Folder } from "../fixtures/sysgen.ts";

const rule = "End with the word Amen.";
const obeys = (response: string): boolean => response.trim().endsWith("Amen.");

/**
 * Makes rows for the judge. In rows with an even number the original response obeys the system
 * message and the new response does not. In the other rows it is the other way round.
 */
function pairs(count: number): { id: string; question: string; answer: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    question: `What is fact number ${index}?`,
    answer: index % 2 === 0 ? `Fact ${index} is well known. Amen.` : `Fact ${index} is well known.`,
  }));
}

type Script = (call: ServedCall) => Served | Promise<Served>;

/** A server whose generator gives every row one rule, and whose judge follows a script. */
function scripted(judge: Script): (call: ServedCall) => Served | Promise<Served> {
  return (call) => {
    const last = call.body.messages.at(-1)?.content ?? "";
    if (call.phase === "generate") return { text: `<<Task>>Answer.<</Task>> <<Format>>${rule}<</Format>>` };
    if (call.phase === "respond") {
      const number = Number(/number (\d+)\?/.exec(last)?.[1]);
      return { text: number % 2 === 0 ? `I know fact ${number} well.` : `I know fact ${number} well. Amen.` };
    }
    if (call.phase === "verify") return { text: "Task: Good\nFormat: Good" };
    return call.phase === "judge-pair" || call.phase === "judge-phrases" ? judge(call) : wellBehaved({ ...call, index: 0 });
  };
}

/** A judge that sees which response obeys. */
function perfect({ phase, body }: ServedCall): Served {
  const prompt = body.messages.at(-1)?.content ?? "";
  const texts = shown(prompt);
  if (phase === "judge-phrases") {
    if (!texts["phrase"]?.includes(rule)) return { text: "Irrelevant" };
    return { text: obeys(texts["response"] ?? "") ? "Yes" : "No" };
  }
  const [first, second] = [obeys(texts["response 1"] ?? ""), obeys(texts["response 2"] ?? "")];
  const verdict = first === second ? "tie" : first ? "1" : "2";
  return { text: `Reason: the system message says "${rule}"\nVerdict: ${verdict}` };
}

/** A judge that prefers the first of two responses. */
function firstPlace(call: ServedCall): Served {
  return call.phase === "judge-pair" ? { text: "Reason: the first is clearer.\nVerdict: 1" } : perfect(call);
}

interface Judged {
  readonly folder: Folder;
  readonly server: ModelServer;
  readonly out: string;
  readonly judge: (...more: string[]) => Promise<Finished>;
}

/**
 * Makes a run of `count` pairs for the judge.
 * @param serverOf A server whose judge follows a script. Default is one that gives all rows the
 * same message.
 */
async function judging(
  count: number,
  judge: Script,
  test: (judged: Judged) => Promise<void>,
  serverOf: (judge: Script) => Script = scripted,
): Promise<void> {
  await using server = await startModelServer(serverOf(judge));
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", pairs(count));
  const out = join(folder.path, "run");
  expect(await makeRun(input, server, out, { preset: "paper" })).toMatchObject({ state: "finished", rows: { failed: 0 } });
  server.calls.length = 0;
  server.billed.length = 0;
  await test({ folder, server, out, judge: (...more) => sysgen([...judgeArgs(out, server), ...more]) });
}

const judgeArgs = (out: string, server: ModelServer): string[] => [
  "judge",
  out,
  "--judge-model",
  "j",
  "--judge-base-url",
  server.url,
  "--quiet",
  "--json",
];

async function results(out: string, name = "judge"): Promise<{ result: JudgeResult; rows: RowVerdicts[] }> {
  const rows = (await readFile(join(out, `${name}-rows.jsonl`), "utf8")).trimEnd().split("\n");
  return {
    result: judgeResultSchema.parse(JSON.parse(await readFile(join(out, `${name}.json`), "utf8"))),
    rows: rows.map((line) => rowVerdictsSchema.parse(JSON.parse(line))),
  };
}

describe("200 pairs of which the better one is known", () => {
  test("a judge that prefers the first place has no preference", async () => {
    await judging(200, firstPlace, async ({ out, judge }) => {
      expect((await judge()).code).toBe(0);
      const { result, rows } = await results(out);
      const [pair] = result.judges.map((each) => each.pair);
      expect(pair).toMatchObject({ rows: 200, wins: 0, losses: 0, ties: 200, inconsistent: 200, reversed: 200, unparsed: 0, identical: 0 });
      expect(pair?.winRate?.value).toBe(0.5);
      expect(pair?.winRate?.low).toBeLessThanOrEqual(0.5);
      expect(pair?.winRate?.high).toBeGreaterThanOrEqual(0.5);
      expect(pair?.firstSlotRate).toEqual({ value: 1, low: 1, high: 1 });
      expect(pair?.slots).toEqual({ first: 400, second: 0, tie: 0 });
      expect(rows.every(({ judges: [judged] }) => judged?.pair && "verdict" in judged.pair && judged.pair.verdict === "tie")).toBe(true);
    });
  });

  test("one that prefers it in nine of ten cases, and finds the better one in the others, finds no wrong one", async () => {
    const mostlyFirst = (call: ServedCall): Served => {
      const number = Number(/number (\d+)\?/.exec(call.body.messages.at(-1)?.content ?? "")?.[1]);
      return number % 20 < 18 ? firstPlace(call) : perfect(call);
    };
    await judging(200, mostlyFirst, async ({ out, judge }) => {
      expect((await judge()).code).toBe(0);
      const { result } = await results(out);
      expect(result.judges[0]?.pair).toMatchObject({ rows: 200, wins: 10, losses: 10, ties: 180, inconsistent: 180 });
      expect(result.judges[0]?.pair.winRate?.value).toBe(0.5);
      expect(result.judges[0]?.pair.firstSlotRate?.value).toBeCloseTo(0.95, 9);
    });
  });

  test("a perfect judge finds them all, and each phrase", async () => {
    await judging(200, perfect, async ({ out, judge, server }) => {
      expect((await judge()).code).toBe(0);
      const { result, rows } = await results(out);
      expect(server.calls.filter(({ phase }) => phase === "judge-pair")).toHaveLength(400);
      expect(server.calls.filter(({ phase }) => phase === "judge-phrases")).toHaveLength(400);
      expect(result.judges[0]?.pair).toMatchObject({ rows: 200, wins: 100, losses: 100, ties: 0, inconsistent: 0 });
      expect(result.judges[0]?.pair.firstSlotRate?.value).toBe(0.5);
      expect(result.judges[0]?.rows).toEqual({ judged: 200, failed: 0, left: 0 });
      for (const { id, judges } of rows) {
        const newObeys = Number(id.slice(1)) % 2 === 1;
        expect(judges[0]?.pair, id).toMatchObject({ verdict: newObeys ? "new" : "original", agreement: "consistent" });
        expect(judges[0]?.phrases, id).toMatchObject([
          { tag: "Task", verdict: "not-applicable", score: 0 },
          { tag: "Format", text: rule, verdict: newObeys ? "obeyed" : "violated" },
        ]);
      }
      expect(result.judges[0]?.phrases).toMatchObject({
        all: { obeyed: 100, violated: 100, notApplicable: 200, unparsed: 0, obeyedRate: { value: 0.5 } },
        tags: { Task: { notApplicable: 200, obeyedRate: null }, Format: { obeyed: 100, violated: 100 } },
      });
    });
  });
});

describe("what is asked", () => {
  test("the system message in sight, or hidden; kept apart", async () => {
    await judging(4, perfect, async ({ out, judge, server }) => {
      expect((await judge()).code).toBe(0);
      const asked = (): ServedCall["body"]["messages"][] =>
        server.calls.filter(({ phase }) => phase === "judge-pair").map(({ body }) => body.messages);
      expect(asked()).toHaveLength(8);
      for (const messages of asked()) expect(shown(messages.at(-1)?.content ?? "")["system message"]).toBe(`Answer. ${rule}`);
      server.calls.length = 0;
      expect((await judge("--hide-system")).code).toBe(0);
      expect(server.calls).toHaveLength(8);
      for (const messages of asked()) expect(JSON.stringify(messages)).not.toMatch(/system message|End with the word/);
      expect((await results(out)).result).toMatchObject({ mode: "system-shown", judges: [{ phrases: { rows: 4 } }] });
      expect((await results(out, "judge-hidden")).result).toMatchObject({ mode: "system-hidden", judges: [{ phrases: null }] });
    });
  });

  test("which is better in JSON, where the server holds to a schema; each phrase in a word", async () => {
    const inJson = ({ phase, body }: ServedCall): Served => {
      if (phase === "judge-phrases") return { text: shown(body.messages.at(-1)?.content ?? "")["phrase"]?.includes(rule) ? "No" : "Yes" };
      expect(body["response_format"]).toMatchObject({ type: "json_schema" });
      return { text: '{"reason": "so", "verdict": "2"}' };
    };
    await judging(2, inJson, async ({ out, judge, server }) => {
      expect((await judge("--constrain", "json-schema")).code).toBe(0);
      expect((await results(out)).result.judges[0]).toMatchObject({ pair: { reversed: 2 }, phrases: { all: { obeyed: 2, violated: 2 } } });
      const pairs = server.calls.filter(({ phase }) => phase === "judge-pair");
      for (const { body } of pairs) expect(body.messages.at(-1)?.content).toContain("Reply with JSON");
    });
  });

  test("several turns: the last responses, each at the end of its own conversation", async () => {
    await using server = await startModelServer((call) =>
      call.phase === "respond" ? { text: `New answer ${call.body.messages.length}.` } : wellBehaved({ ...call, index: 0 }),
    );
    await using folder = await temporaryFolder();
    const messages = ["One?", "Old answer one.", "Two?", "Old answer two."].map((content, index) => ({
      role: index % 2 === 0 ? "user" : "assistant",
      content,
    }));
    const input = await folder.jsonl("rows.jsonl", [{ id: "a", messages }]);
    const out = join(folder.path, "run");
    await sysgen(["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"]);
    expect((await sysgen(judgeArgs(out, server))).code).toBe(0);
    const pair = server.calls.find(({ phase }) => phase === "judge-pair");
    expect(shown(pair?.body.messages.at(-1)?.content ?? "")).toMatchObject({
      conversation: "User: One?\n\nUser: Two?",
      "response 1": "User: One?\n\nAssistant: Old answer one.\n\nUser: Two?\n\nAssistant: Old answer two.",
      "response 2": "User: One?\n\nAssistant: New answer 2.\n\nUser: Two?\n\nAssistant: New answer 4.",
    });
    const phrases = server.calls.find(({ phase }) => phase === "judge-phrases");
    expect(shown(phrases?.body.messages.at(-1)?.content ?? "")).toMatchObject({
      conversation: "User: One?\n\nAssistant: New answer 2.\n\nUser: Two?",
      response: "New answer 4.",
    });
  });
});

describe("replies that are no good", () => {
  test("are asked for again, then unparsed, which is a count of its own and no tie", async () => {
    const mumbles = (call: ServedCall): Served => {
      const text = call.body.messages.at(-1)?.content ?? "";
      if (text.includes("number 0?")) return { text: "Both have their merits." };
      // Asked again, which is at a higher temperature, the judge gives a reason and a verdict.
      if (text.includes("number 1?") && call.body.temperature === 0) return { text: "Reason: hm\nVerdict: 1 or 2\nYes, or No" };
      return perfect(call);
    };
    await judging(4, mumbles, async ({ out, judge, server }) => {
      expect((await judge()).code).toBe(0);
      const { result, rows } = await results(out);
      const [judged] = result.judges;
      expect(judged?.pair).toMatchObject({ rows: 3, wins: 2, losses: 1, ties: 0, unparsed: 1 });
      expect(judged?.phrases?.all).toMatchObject({ unparsed: 2, obeyed: 2, violated: 1, notApplicable: 3 });
      expect(rows[0]?.judges[0]?.pair).toMatchObject({ verdict: "unparsed", agreement: "unparsed" });
      // Each of the four questions about row 0 is asked three times, each about row 1 twice.
      expect(server.calls).toHaveLength(12 + 8 + 4 + 4);
    });
  });

  test("a response that the run kept as it was is counted apart, and nobody is asked whether it is better", async () => {
    await using server = await startModelServer((call) => (call.phase === "respond" ? { text: "" } : wellBehaved({ ...call, index: 0 })));
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", pairs(3));
    const out = join(folder.path, "run");
    await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", out, "--quiet"]);
    expect((await sysgen(judgeArgs(out, server))).code).toBe(0);
    expect(server.calls.filter(({ phase }) => phase === "judge-pair")).toHaveLength(0);
    const [judged] = (await results(out)).result.judges;
    expect(judged?.phrases).toMatchObject({ rows: 0, kept: { rows: 3 } });
    expect(judged?.pair).toMatchObject({
      rows: 0,
      ties: 0,
      identical: 3,
      winRate: null,
      inconsistent: 0,
      firstSlotRate: null,
    });
  });
});

describe("the sample", () => {
  test("is the same for the same seed, another for another; a larger one holds it", async () => {
    await judging(40, perfect, async ({ out, judge }) => {
      const drawn = async (...more: string[]): Promise<string[]> => {
        expect((await judge(...more)).code).toBe(0);
        return (await results(out)).rows.map(({ id }) => id);
      };
      const ten = await drawn("--sample", "10");
      expect(ten).toHaveLength(10);
      expect(await drawn("--sample", "10")).toEqual(ten);
      expect(await drawn("--sample", "10", "--seed", "5")).not.toEqual(ten);
      expect(await drawn("--sample", "25")).toEqual(expect.arrayContaining(ten));
      expect(await drawn("--sample", "1000")).toHaveLength(40);
    });
  });
});

describe("two judges", () => {
  test("each has its figures, and how far they agree is said", async () => {
    // The second judge agrees on rows 0 to 14 of 20, and names the other response on the rest.
    const contrary = (call: ServedCall): Served => {
      const prompt = call.body.messages.at(-1)?.content ?? "";
      const said = perfect(call);
      if (call.body.model !== "k" || Number(/number (\d+)\?/.exec(prompt)?.[1]) < 15 || !("text" in said)) return said;
      return { text: (said.text ?? "").replace(/Verdict: ([12])/, (_, slot) => `Verdict: ${slot === "1" ? 2 : 1}`) };
    };
    await judging(20, contrary, async ({ out, judge, server }) => {
      const { code, stdout } = await judge("--second-judge-model", "k");
      expect(code).toBe(0);
      const { result, rows } = await results(out);
      expect(result.judges.map(({ model, pair }) => [model, pair.wins, pair.losses])).toEqual([
        ["j", 10, 10],
        ["k", 9, 11],
      ]);
      // 15 of 20 verdicts agree. Chance agreement is 0.5 * 0.45 + 0.5 * 0.55 = 0.5.
      expect(result.agreement?.pair).toMatchObject({ items: 20, agreement: { value: 0.75 } });
      expect(result.agreement?.pair.kappa?.value).toBeCloseTo(0.5, 9);
      expect(result.agreement?.phrases).toMatchObject({ items: 40, agreement: { value: 1 }, kappa: { value: 1 } });
      expect(rows[19]?.judges).toHaveLength(2);
      expect(server.calls).toHaveLength(160);
      expect(JSON.parse(stdout)).toMatchObject({ judges: [{ model: "j" }, { model: "k" }], files: { result: join(out, "judge.json") } });
    });
  });
});

describe("the calibration on another row's messages", () => {
  const factOf = (text = ""): string | undefined => /fact (?:number )?(\d+)/i.exec(text)?.[1];
  /** Gives each row a phrase of its own beside the rule that all rows have. */
  const varied =
    (judge: Script): Script =>
    (call) =>
      call.phase === "generate"
        ? { text: `<<Task>>Tell of fact ${factOf(call.body.messages.at(-1)?.content)}.<</Task>> <<Format>>${rule}<</Format>>` }
        : scripted(judge)(call);
  /** A judge that sees whether a response obeys a phrase of any row. */
  const seeing: Script = (call) => {
    const { phrase = "", response = "" } = shown(call.body.messages.at(-1)?.content ?? "");
    if (call.phase === "judge-pair" || phrase.includes(rule)) return perfect(call);
    return { text: factOf(phrase) === factOf(response) ? "Yes" : "No" };
  };

  test("is of 24 rows, journaled, and the same for a larger sample", async () => {
    await judging(
      40,
      seeing,
      async ({ out, judge, server }) => {
        expect((await judge("--sample", "30")).code).toBe(0);
        // Two orders and two phrases a row. The rule is no foreign phrase, since all rows have it.
        expect(server.calls).toHaveLength(30 * 4 + 24);
        const { result, rows } = await results(out);
        const calibration = result.judges[0]?.phrases?.calibration;
        expect(calibration).toMatchObject({ rows: 24, phrases: { own: 48, foreign: 24 }, messageAuc: 1, foreignBelow: 1, isUsed: true });
        expect(calibration?.phraseAuc).toBeGreaterThan(0.7);
        expect(result.judges[0]?.phrases?.tags).toMatchObject({ Task: { obeyed: 30, violated: 0 } });
        expect(rows.flatMap(({ judges: [judged] }) => foreignOf(judged) ?? [])).toHaveLength(24);
        expect((await sysgen(["status", out])).stdout).toMatch(/judge-calibration +24 calls paid/);
        expect((await judge("--sample", "40")).code).toBe(0);
        expect(server.calls).toHaveLength(40 * 4 + 24);
        const larger = (await results(out)).result.judges[0]?.phrases?.calibration;
        expect({ ...larger, obeyedRateAtEvenOdds: null }).toEqual({ ...calibration, obeyedRateAtEvenOdds: null });
      },
      varied,
    );
  });

  test("of a judge that says Yes to everything tells the user so, in the terminal and in the reports", async () => {
    const credulous: Script = (call) => (call.phase === "judge-pair" ? perfect(call) : { text: "Yes" });
    await judging(
      6,
      credulous,
      async ({ out, server }) => {
        const { code, stdout } = await sysgen(["judge", out, "--judge-model", "j", "--judge-base-url", server.url, "--quiet"]);
        expect(code).toBe(0);
        expect(stdout).toMatch(/AUC own to foreign\s+0\.50 a phrase, 0\.50 a message/);
        expect(stdout).toContain("This judge knows little of obedience");
        const { phrases } = (await results(out)).result.judges[0] ?? {};
        expect(phrases).toMatchObject({ all: { obeyed: 12, violated: 0 }, calibration: { isUsed: false } });
        expect((await sysgen(["analyze", out])).code).toBe(0);
        for (const name of ["report.md", "report.html"])
          expect(await readFile(join(out, name), "utf8")).toContain("This judge knows little of obedience");
      },
      varied,
    );
  });

  test("that met an error is asked for again by the same command, and nothing else", async () => {
    let isBroken = true;
    const broken: Script = (call) => {
      const { phrase, response } = shown(call.body.messages.at(-1)?.content ?? "");
      return isBroken && factOf(response) === "2" && factOf(phrase) !== undefined && factOf(phrase) !== "2"
        ? { status: 500 }
        : seeing(call);
    };
    await judging(
      5,
      broken,
      async ({ out, judge, server }) => {
        expect((await judge("--max-retries", "0")).code).toBe(1);
        const { result } = await results(out);
        expect(result.judges[0]).toMatchObject({ rows: { judged: 4, failed: 1, left: 0 }, phrases: { rows: 5, calibration: { rows: 4 } } });
        isBroken = false;
        const paid = server.billed.length;
        expect((await judge()).code).toBe(0);
        expect(server.billed.length - paid).toBe(1);
        expect((await results(out)).result.judges[0]?.phrases?.calibration?.rows).toBe(5);
      },
      varied,
    );
  });
});

describe("the journal, the budget and the lock", () => {
  test("the same again pays nothing; run and status tell the judge's calls apart, and are not disturbed", async () => {
    await judging(6, perfect, async ({ folder, out, judge, server }) => {
      const dataset = await readFile(join(out, "dataset.jsonl"));
      expect((await judge()).code).toBe(0);
      const first = await results(out);
      expect(server.calls).toHaveLength(24);
      expect((await judge()).code).toBe(0);
      expect(server.calls).toHaveLength(24);
      expect(await results(out)).toEqual(first);
      const status = await sysgen(["status", out]);
      expect(status.stdout).toMatch(/finished/);
      expect(status.stdout).toMatch(/judging\n {2}judge-pair {5}12 calls paid, 240 \+ 60 tokens\n {2}judge-phrases {2}12 calls paid/);
      const again = [
        "run",
        join(folder.path, "rows.jsonl"),
        "--model",
        "m",
        "--preset",
        "paper",
        "--base-url",
        server.url,
        "--out",
        out,
        "--quiet",
      ];
      // The budget of a run counts the run's calls alone. The 18 calls of the phases are paid, and
      // the 24 calls of the judge do not count.
      expect((await sysgen([...again, "--max-calls", "18"])).code).toBe(0);
      expect(server.calls).toHaveLength(24);
      expect(await readFile(join(out, "dataset.jsonl"))).toEqual(dataset);
    });
  });

  test("a budget stops it before it spends more, and a larger one goes on", async () => {
    await judging(10, perfect, async ({ out, judge, server }) => {
      const stopped = await judge("--max-calls", "7");
      expect(stopped.code).toBe(3);
      expect(server.billed).toHaveLength(7);
      const { result } = await results(out);
      expect(result).toMatchObject({ state: "stopped", stoppedBy: expect.stringContaining("--max-calls 7") });
      const { judged, failed, left } = result.judges[0]?.rows ?? { judged: 0, failed: 0, left: 0 };
      expect([judged + failed + left, failed]).toEqual([10, 0]);
      expect(left).toBeGreaterThan(5);
      expect((await judge("--max-calls", "40")).code).toBe(0);
      expect(server.billed).toHaveLength(40);
      expect(new Set(server.billed).size).toBe(40);
    });
  });

  test("Ctrl-C ends it with what was paid kept; killed, it pays no more than the calls in flight again", async () => {
    let serve = perfect;
    await judging(
      30,
      (call) => serve(call),
      async ({ out, judge, server }) => {
        const args = [...judgeArgs(out, server), "--concurrency", "2"];
        const reached = async (calls: number): Promise<void> => {
          while (server.calls.length < calls) await new Promise((resolve) => setTimeout(resolve, 5));
        };
        const interrupted = startSysgen(args);
        await reached(10);
        interrupted.process.kill("SIGINT");
        expect((await interrupted.finished).code).toBe(130);
        const { result } = await results(out);
        expect(result.state).toBe("interrupted");
        expect(result.judges[0]?.rows.left).toBeGreaterThan(0);
        expect(new Set(server.billed).size).toBe(server.billed.length);
        const killed = startSysgen(args);
        await reached(server.calls.length + 10);
        killed.process.kill("SIGKILL");
        await killed.finished;
        expect((await judge()).code).toBe(0);
        expect((await results(out)).result.judges[0]?.rows).toEqual({ judged: 30, failed: 0, left: 0 });
        expect(new Set(server.billed).size).toBe(120);
        expect(server.billed.length).toBeLessThanOrEqual(122);
      },
    );
  });

  test("rows whose calls fail are counted by kind, and asked again by the same command", async () => {
    let isBroken = true;
    const broken = (call: ServedCall): Served =>
      isBroken && JSON.stringify(call.body.messages).includes("number 2?") && call.phase === "judge-pair" ? { status: 500 } : perfect(call);
    await judging(5, broken, async ({ out, judge, server }) => {
      expect((await judge("--max-retries", "0")).code).toBe(1);
      const { result, rows } = await results(out);
      expect(result.judges[0]).toMatchObject({ rows: { judged: 4, failed: 1, left: 0 }, failures: { server: 1 }, pair: { rows: 4 } });
      expect(rows[2]?.judges[0]?.pair).toMatchObject({ failed: "server" });
      isBroken = false;
      const paid = server.billed.length;
      expect((await judge()).code).toBe(0);
      expect(server.billed.length - paid).toBe(2);
    });
  });

  test("a run that is at work is refused, and a judge that refuses every call leaves earlier results alone", async () => {
    let isLocked = false;
    await judging(
      3,
      (call) => (isLocked ? { status: 401, body: "no" } : perfect(call)),
      async ({ out, judge, server }) => {
        expect((await judge()).code).toBe(0);
        const before = await results(out);
        isLocked = true;
        const refused = await sysgen([...judgeArgs(out, server), "--judge-model", "other"]);
        expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/Judging stopped: .*401/)]);
        expect(await results(out)).toEqual(before);
        isLocked = false;
      },
    );
    await using server = await startModelServer((call) =>
      call.phase === "respond" ? new Promise<Served>((resolve) => setTimeout(() => resolve(wellBehaved(call)), 3_000)) : wellBehaved(call),
    );
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", pairs(2));
    const out = join(folder.path, "run");
    const going = startSysgen(["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"]);
    while (!server.calls.some(({ phase }) => phase === "respond")) await new Promise((resolve) => setTimeout(resolve, 10));
    const { code, stderr } = await sysgen(judgeArgs(out, server));
    expect([code, stderr]).toEqual([exitCodes.inUse, expect.stringContaining("Another sysgen process is at work")]);
    expect((await going.finished).code).toBe(0);
  });
});

describe("bad usage is said in a sentence", () => {
  test.each([
    [["judge", "nowhere", "--judge-model", "j", "--judge-base-url", "http://127.0.0.1:9/v1"], /No run in nowhere/],
    [["judge", "nowhere"], /Which model is to judge\? Give --judge-model/],
    [
      ["judge", "nowhere", "--judge-model", "j", "--second-judge-model", "j", "--judge-base-url", "http://127.0.0.1:9/v1"],
      /second judge is the first/,
    ],
    [["judge", "nowhere", "--judge-model", "j", "--second-judge-base-url", "http://127.0.0.1:9/v1"], /needs --second-judge-model/],
    [["judge", "nowhere", "--judge-model", "j", "--sample", "none"], /--sample:/],
  ])("%j", async (args, said) => {
    const { code, stderr } = await sysgen(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });
});

test("a person reads what it came to, and a program its events", async () => {
  await judging(20, firstPlace, async ({ folder, out, server }) => {
    const log = join(folder.path, "events.jsonl");
    const { code, stdout, stderr } = await sysgen(["judge", out, "--judge-model", "j", "--judge-base-url", server.url, "--log", log]);
    expect(code).toBe(0);
    expect(stderr).toContain("20 rows");
    expect(stdout).toContain("no preference can be told");
    expect(stdout).toMatch(/first shown wins\s+100\.0% \[100\.0%, 100\.0%\]/);
    expect(stdout).toContain("this judge cannot be relied on");
    expect(stdout).toMatch(/Format\s+50\.0%/);
    expect(stdout).toContain("few rows");
    // All rows have the same message.
    expect(stdout).toContain("Nothing tells whether this judge sees obedience");
    const events = (await readFile(log, "utf8")).trimEnd().split("\n");
    const counted = (pattern: RegExp): number => events.filter((line) => pattern.test(line)).length;
    expect(counted(/"event":"run-start".*"model":"m","judgeModel":"j"/)).toBe(1);
    expect(counted(/"event":"row".*"outcome":"done"/)).toBe(20);
    expect(counted(/"event":"call","phase":"judge-pair","model":"j"/)).toBe(40);
    expect(counted(/"event":"call","phase":"judge-phrases"/)).toBe(40);
    expect(counted(/"event":"run-end","state":"finished"/)).toBe(1);
  });
});
