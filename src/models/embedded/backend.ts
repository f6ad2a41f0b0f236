import type { Backend } from "../backend.ts";
import type { Model } from "../model.ts";
import { catalog, defaultModelName } from "../weights/catalog.ts";
import { embeddedName, resolveWeights } from "../weights/weights.ts";
import { cpuThreads } from "./cpu-threads.ts";
import { engineFields } from "./engine-fields.ts";
import { findEngine } from "./import-engine.ts";
import { likelyCalls } from "./layout.ts";

/** Models in a process of this program, through llama.cpp. */
export const embeddedEngine: Backend = {
  name: "embedded",
  serves: ({ baseUrls }) => baseUrls.length === 0,
  async identify({ model, request }) {
    engineFields(request);
    return { name: await embeddedName(model), outputForm: "tagged", questionsAtOnce: "all", request };
  },
  likelyConcurrency: ({ concurrency, embedded }) => concurrency ?? likelyCalls(cpuThreads(), embedded),
  // The engine always holds output to the grammar.
  constraints: [],
  async open(choice, { env, onNotice, onDownload }) {
    const { contextSize, embedded: settings } = choice;
    const name = await embeddedName(choice.model);
    const fetchAndLoad = async (signal: AbortSignal | undefined): Promise<Model> => {
      // Before gigabytes are fetched for it.
      findEngine(env);
      const { llamaCppProcess } = await import("./llama-cpp-process.ts");
      const path = await resolveWeights(choice.model, { env, onNotice, onProgress: onDownload, signal });
      const model = await llamaCppProcess({ path, name, contextSize, settings, onNotice });
      if (catalog.find(({ name: known }) => known === choice.model)?.isToy)
        onNotice(`${name} is a toy: it is too small to write data to train on. The default model is ${defaultModelName}.`);
      return model;
    };
    // The first call loads the model, so that a finished run loads none.
    let loading: Promise<Model> | undefined;
    const load = (signal: AbortSignal | undefined): Promise<Model> =>
      fetchAndLoad(signal).catch((error: unknown) => {
        // The next call may try again.
        loading = undefined;
        throw error;
      });
    const model: Model = {
      name,
      // A row between two calls must leave no context idle.
      rowsAtOnce: 2 * embeddedEngine.likelyConcurrency(choice),
      outputForm: "tagged",
      questionsAtOnce: "all",
      request: choice.request,
      call: async (call, context) => (await (loading ??= load(context.signal))).call(call, context),
      close: async () => (await loading?.catch(() => undefined))?.close(),
    };
    return [{ address: undefined, model }];
  },
};
