import { existsSync } from "node:fs";
import { ModelError, SysGenError, UsageError } from "../errors.ts";
import { backendOf } from "../models/index.ts";
import type { ModelIdentity, Replica } from "../models/backend.ts";
import { freeNames, type ModelChoice } from "../models/model-choice.ts";
import { CallWaits, unasked } from "../models/call-waits.ts";
import type { Model, ModelCall, ModelReply } from "../models/model.ts";
import type { ConstraintField } from "../models/openai/wire.ts";
import { Ceiling } from "../models/pool/ceiling.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import { endpointPool } from "../models/pool/endpoint-pool.ts";
import { nothing, sum, type BudgetLimits, type Spending } from "../models/spending/budget.ts";
import { openBudget, type OpenedBudget } from "../models/spending/open-budget.ts";
import { withFree, type PriceTable } from "../models/spending/prices.ts";
import { RetryBudget } from "../models/retry-budget.ts";
import { withBudget } from "../models/spending/with-budget.ts";
import { withEmptyStop } from "../models/with-empty-stop.ts";
import { withJournal, type JournalEntry } from "../models/with-journal.ts";
import { withRetry } from "../models/with-retry.ts";
import { unreachableCure } from "../models/unreachable.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import { openFilesLimit, roomForConnections } from "../platform/open-files.ts";
import type { Purpose } from "../records/purpose.ts";
import type { Usage } from "../records/usage.ts";
import { billedBesides } from "../runs/batches/billed-besides.ts";
import { endLate } from "../runs/batches/late-calls.ts";
import { spendingOf } from "../runs/spending.ts";
import type { Store } from "../runs/store.ts";
import type { LaneOptions } from "./lanes.ts";
import type { RunObserver, RunOptions } from "./observer.ts";
import type { RunStop } from "./run-stop.ts";
import { takingAll, type BatchOptions } from "./batch/batch-options.ts";
import type { Waves } from "./batch/waves.ts";
import { fieldsToProbe, probeRetries, settleConstraint } from "./settle-constraint.ts";

export interface SessionOptions {
  /** Models that will be called. A choice that stands here twice is opened once. */
  readonly choices: readonly ModelChoice[];
  /** What they are called for. Paid calls of these purposes count toward the limits. */
  readonly purposes: readonly Purpose[];
  /**
   * The choices that ask for replies of a form, and the purpose of the calls that find out what
   * their servers enforce (`--constrain auto`). Default none. The calls count toward the limits.
   */
  readonly probed?: { readonly choices: readonly ModelChoice[]; readonly purpose: Purpose } | undefined;
  /**
   * Whose batches are taken, where a command without `batch` follows one with it. Undefined for a
   * session that never has batches.
   */
  readonly name?: BatchOptions["session"] | undefined;
  /** How calls are made in batches. Default is that all are made online. */
  readonly batch?: BatchOptions | undefined;
  /** Leaves the batches as they are, and asks beside them within the budget. Default false. */
  readonly isPreview?: boolean;
  /** Retries of one call. They are also the most waves that a failing call takes part in. */
  readonly maxRetries: number;
  /** Most calls at once over all models. Undefined means that the limit is found by trying. */
  readonly concurrency: number | undefined;
  readonly limits: BudgetLimits;
  /** What counts toward the limits and is in no journal here. Default nothing. */
  readonly spentElsewhere?: Spending | undefined;
  readonly prices: PriceTable;
  readonly stop: RunStop;
  /** Whether the run directory notes how the endpoints fare, for `sysgen status`. */
  readonly notesLoad: boolean;
  readonly run: Pick<RunOptions, "env" | "observer" | "journalOnly">;
}

/** A session whose models are known and not yet opened. Nothing was touched. */
export interface PreparedSession {
  /** What of a model decides the data. */
  identity(choice: ModelChoice): ModelIdentity;
  /** Opens the models over a run directory's journal, within the budget that the journal leaves. */
  open(store: Store): Promise<Session>;
}

/** Models over a journal, until all is done. */
export interface Session {
  model(choice: ModelChoice): Model;
  /** The choice as its model was opened, with the constraint that was found. */
  settled(choice: ModelChoice): ModelChoice;
  /** What passes over the rows wait for, if calls are made in batches. */
  readonly waves: Pick<Waves, "begin" | "next"> | undefined;
  /** How rows are worked through with these models. */
  lanes(): LaneOptions;
  /** What is left of the budget. Undefined without one. */
  readonly left: (() => Spending) | undefined;
  /** What such a use of a model comes to. Its cost is 0 where the price is not known. */
  spendingOf(use: Usage & { readonly calls: number }, choice: ModelChoice): Spending;
  /**
   * Takes note of a call that failed, and stops the session if every further call would fail too.
   * @param model The model that was called.
   */
  callFailed(error: ModelError, model: Pick<Model, "name">): void;
  /** How each endpoint fares. Empty for models in process. */
  loads(): EndpointLoad[];
  close(): Promise<void>;
}

/** Most calls at once that trying may come to for one server, if the user sets no ceiling. */
const mostPerServer = 256;
/** The same over all servers. */
const mostAtAll = 1_024;
/** A probe is of a few tokens. A model may have to be loaded first. */
const longestProbeMs = 60_000;
/** How often the run directory notes how the endpoints fare. */
const noteEveryMs = 2_000;

/**
 * Prepares the models that a run, a preview or a judge calls.
 * @throws UsageError for a bad base URL or an unknown model, and when the cost is all that is
 * limited and a price is not known.
 */
export async function prepareSession(options: SessionOptions): Promise<PreparedSession> {
  const { choices, limits, prices, run } = options;
  const { env = process.env } = run;
  const identified = choices.map(async (choice) => [choice, await backendOf(choice).identify(choice, env)] as const);
  const identities = new Map(await Promise.all(identified));
  const budget = await openBudget({
    limits,
    models: [...identities].map(([{ baseUrls }, { name }]) => ({ name, baseUrls })),
    prices: withFree(prices, freeNames([...identities].map(([choice, { name }]) => [choice, name]))),
    onNotice: (text) => run.observer?.onNotice?.(text),
  });
  return { identity: (choice) => among(identities, choice), open: (store) => openSession(options, budget, store) };
}

/** @throws SysGenError for a choice that the session was not prepared for. */
function among<T>(known: ReadonlyMap<ModelChoice, T>, choice: ModelChoice): T {
  const found = known.get(choice);
  if (found === undefined) throw new SysGenError(`${choice.model} is not among the models of this session`);
  return found;
}

async function openSession(options: SessionOptions, budget: OpenedBudget | undefined, store: Store): Promise<Session> {
  const { choices, probed, name, concurrency, purposes, spentElsewhere = nothing, stop, notesLoad, run } = options;
  const { env = process.env, observer = {}, journalOnly = false } = run;
  const { onNotice = () => {}, onFound = () => {}, onDownload } = observer;
  const names = new Set([...purposes, ...(probed ? [probed.purpose] : [])].map(({ name }) => name));
  const spent = store.journal.countPaid().filter(({ phase }) => names.has(phase));
  const besides = name === undefined ? [] : billedBesides(store.files.batches, name);
  if (budget !== undefined) {
    const before = spendingOf([...spent, ...besides], budget.priceOf);
    budget.budget.start(sum(before, spentElsewhere), (end) => stop.budgetSpent(end));
  }
  const replied = new Set<string>();
  const onPaid = (entry: JournalEntry): void => {
    replied.add(entry.model);
    observer.onPaid?.(entry);
  };
  const servers = new Set(choices.flatMap(({ baseUrls, own }): readonly unknown[] => (own === undefined ? baseUrls : [own]))).size;
  const asked = concurrency ?? Math.min(mostPerServer * servers, mostAtAll);
  // Connections stay open, so each server may come to have as many as there were calls at once.
  const ceiling = new Ceiling(Math.min(asked, Math.max(1, Math.floor(roomForConnections() / Math.max(1, servers)))));
  if (ceiling.most < asked)
    onNotice(
      `This process may open ${openFilesLimit()} files and connections at once, so at most ${ceiling.most} calls are in flight. Raise the limit with "ulimit -n 4096" for more.`,
    );
  // An earlier process may have been killed while it made late calls.
  if (!journalOnly) endLate(store);
  const waves = await openWaves(options, budget, store);
  const models = new Map<ModelChoice, Model>();
  const settled = new Map<ModelChoice, ModelChoice>();
  const settle = (choice: ModelChoice, probe: Purpose): Promise<ModelChoice> => {
    const backend = backendOf(choice);
    const ask = async (field: ConstraintField, call: ModelCall): Promise<ModelReply> => {
      const tried = { ...choice, constraintField: field, timeoutMs: Math.min(choice.timeoutMs, longestProbeMs) };
      // What the server does not take is learnt and said again by the calls that follow.
      const replicas = await backend.open(tried, { env, onNotice: () => {}, mustConstrain: true });
      const model = wrap(replicas, {
        store,
        budget,
        ceiling: new Ceiling(1),
        pace: choice,
        observer: { onNotice },
        onPaid,
        journalOnly,
        waves: undefined,
      });
      try {
        return await model.call(call, { purpose: probe, signal: stop.calls, budget: new RetryBudget(probeRetries) });
      } finally {
        await model.close();
      }
    };
    return settleConstraint(choice, { store, purposes, probe, fields: fieldsToProbe(choice), ask, onNotice, onFound }).catch(
      (error: unknown) => {
        if (error instanceof CallWaits)
          throw new UsageError(
            `No model is asked, and it is not known what the server of ${choice.model} enforces. Name it with --constrain, as run.json has it (constraintField).`,
          );
        // It would stop every call that follows too.
        if (!(error instanceof ModelError)) throw error;
        const cure = error.kind === "connection" ? ` ${unreachableCure}` : "";
        throw new UsageError(`${error.message}.${cure}`, { cause: error });
      },
    );
  };
  const closeModels = async (): Promise<void> => {
    await waves?.close();
    await Promise.all(Array.from(models.values(), (model) => model.close()));
  };
  await closeOnFailure({ close: closeModels }, async () => {
    for (const choice of choices) {
      if (models.has(choice)) continue;
      const opened = probed?.choices.includes(choice) === true ? await settle(choice, probed.purpose) : choice;
      settled.set(choice, opened);
      const replicas = await backendOf(opened).open(opened, { env, onNotice, onDownload });
      models.set(choice, wrap(replicas, { store, budget, ceiling, pace: choice, observer, onPaid, journalOnly, waves }));
    }
  });
  const opened = [...models.values()];
  const loads = (): EndpointLoad[] => opened.flatMap((model) => model.loads?.() ?? []);
  const noting = notesLoad ? setInterval(() => store.putNote("load", JSON.stringify(loads())), noteEveryMs) : undefined;
  return {
    model: (choice) => among(models, choice),
    settled: (choice) => among(settled, choice),
    lanes: () => ({
      width: Math.max(...opened.map((model) => model.rowsAtOnce)),
      signal: stop.rows,
      // A pass over the rows may follow.
      onLast: () => waves === undefined && opened.forEach((model) => model.noMoreRows?.()),
    }),
    waves,
    left: budget && (() => budget.budget.left),
    spendingOf: (use, choice) =>
      spendingOf([{ ...use, phase: "", model: among(models, choice).name }], budget?.priceOf ?? (() => undefined)),
    callFailed: (error, { name }) => stop.callFailed(error, replied.has(name)),
    loads,
    async close() {
      clearInterval(noting);
      await closeModels();
    },
  };
}

/** Undefined for a session that has no batches, and whose run directory has none open. */
async function openWaves(
  { name, batch, isPreview = false, maxRetries, stop, run }: SessionOptions,
  budget: OpenedBudget | undefined,
  store: Store,
): Promise<Waves | undefined> {
  const onlyTakes = batch === undefined;
  if (run.journalOnly === true || name === undefined) return undefined;
  if (onlyTakes && (!existsSync(store.files.batches) || store.batches.all.every(({ step }) => step === "taken"))) return undefined;
  const { Waves: Opened } = await import("./batch/waves.ts");
  const { onNotice = () => {} } = run.observer ?? {};
  const does = isPreview ? "reads" : onlyTakes ? "takes" : "waves";
  return new Opened({ batch: batch ?? takingAll(name), does, store, budget, maxRetries, stop, onNotice });
}

interface Wrapping {
  readonly store: Store;
  readonly budget: OpenedBudget | undefined;
  readonly ceiling: Ceiling;
  /** The user's own limits for each endpoint. */
  readonly pace: ModelChoice;
  readonly observer: RunObserver;
  readonly onPaid: (entry: JournalEntry) => void;
  readonly journalOnly: boolean;
  readonly waves: Waves | undefined;
}

/**
 * How every call is made, from the outside in. A paid call is answered by the journal. Any other
 * waits if only the journal answers, and joins a wave if it is made in a batch. Else it is asked,
 * and asked again after a retryable error. It goes to the endpoint that has room, within the
 * budget. Its reply is on disk before anyone reads it. Replies that hold no text stop the run.
 */
function wrap(replicas: readonly Replica[], { store, budget, ceiling, pace, observer, onPaid, journalOnly, waves }: Wrapping): Model {
  const within = ({ address, model }: Replica): Replica => ({ address, model: withBudget(model, budget) });
  const { onNotice = () => {}, onCallFailed, onLoad } = observer;
  const pool = { ceiling, pace, onNotice, onCallFailed, onLoad };
  const online = withRetry(endpointPool(replicas.map(within), pool));
  const ports = replicas.flatMap(({ batch }) => batch ?? []);
  const asked = journalOnly ? unasked(online) : (waves?.lane(online, ports) ?? online);
  return withEmptyStop(withJournal(asked, store.journal, onPaid), onNotice);
}
