// The process of the embedded engine. It opens one model and makes calls to it. A crash of native
// code ends this process and not the run.
import { llamaCpp } from "./llama-cpp.ts";
import type { Model } from "../model.ts";
import { RetryBudget } from "../retry-budget.ts";
import { toEngineSchema, type FromEngine, type ToEngine } from "./engine-messages.ts";
import { failureOf } from "./failure.ts";

const say = (message: FromEngine): void => void process.send?.(message);
const underWay = new Map<number, AbortController>();
let model: Model | undefined;

async function open({ path, name, contextSize, settings }: Extract<ToEngine, { type: "open" }>): Promise<void> {
  try {
    model = await llamaCpp({
      path,
      contextSize,
      settings,
      ...(name === undefined ? {} : { name }),
      onNotice: (text) => say({ type: "notice", text }),
    });
    say({ type: "opened", name: model.name, rowsAtOnce: model.rowsAtOnce });
  } catch (error) {
    say({ type: "not-opened", failure: failureOf(error) });
  }
}

async function call({ id, call: asked, purpose }: Extract<ToEngine, { type: "call" }>): Promise<void> {
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    if (model === undefined) throw new TypeError("no model is open");
    const { text, finishReason, usage, scores, evaluatedTokens, tookMs } = await model.call(asked, {
      purpose,
      signal: controller.signal,
      budget: new RetryBudget(0),
    });
    const reply = {
      text,
      finishReason,
      usage,
      ...(scores === undefined ? {} : { scores: scores.map((ofQuestion) => [...ofQuestion]) }),
      ...(evaluatedTokens === undefined ? {} : { evaluatedTokens }),
      ...(tookMs === undefined ? {} : { tookMs }),
    };
    say({ type: "replied", id, reply });
  } catch (error) {
    say({ type: "failed", id, failure: failureOf(error) });
  } finally {
    underWay.delete(id);
  }
}

process.on("message", (received) => {
  const message = toEngineSchema.parse(received);
  if (message.type === "open") void open(message);
  else if (message.type === "call") void call(message);
  else underWay.get(message.id)?.abort();
});
// Without a parent no reply of this process would reach anyone.
process.on("disconnect", () => process.exit());
// A terminal sends Ctrl-C to all processes. The parent decides what happens to the calls.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
