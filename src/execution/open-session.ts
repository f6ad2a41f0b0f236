import { SysGenError } from "../errors.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { BudgetLimits } from "../models/spending/budget.ts";
import type { Model } from "../models/model.ts";
import { openBudget } from "../models/spending/open-budget.ts";
import { identifyModel, openModel, type ModelChoice } from "../models/index.ts";
import { Ceiling } from "../models/pool/ceiling.ts";
import type { PriceTable } from "../models/spending/prices.ts";
import { withJournal, type JournalEntry } from "../models/with-journal.ts";
import { withRetry } from "../models/with-retry.ts";
import type { RunOptions } from "./observer.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import type { CallPhase } from "../records/outcome.ts";
import type { LaneOptions } from "./lanes.ts";
import { spendingOf } from "../runs/spending.ts";
import type { Store } from "../runs/store.ts";
import type { Stop } from "./run-stop.ts";

export interface RunModelsOptions {
  /** Models that will be called; one that stands here twice is opened once. */
  readonly choices: readonly ModelChoice[];
  /** Most calls at once over all of them; undefined: found by trying. */
  readonly concurrency: number | undefined;
  readonly limits: BudgetLimits;
  readonly prices: PriceTable;
  /** Whose calls count toward the limits. */
  readonly phases: readonly CallPhase[];
  readonly stop: Stop;
  /** Whether the run's own note says how these endpoints fare. */
  readonly notesLoad: boolean;
  readonly run: Pick<RunOptions, "env" | "observer">;
}

/** The models of a run, known and not yet opened: nothing was touched. */
export interface RunModels {
  identity(choice: ModelChoice): Pick<Model, "name" | "outputForm">;
  /** Opens them over a run directory's journal, within the budget that it leaves. */
  open(store: Store): Promise<OpenedModels>;
}

export interface OpenedModels {
  model(choice: ModelChoice): Model;
  /** How rows are worked through with them. */
  lanes(signal: AbortSignal): LaneOptions;
  /** Whether a call of this model was paid since they were opened. */
  hasReplied(model: Model): boolean;
  loads(): EndpointLoad[];
  close(): Promise<void>;
}

/** Calls at once that trying may come to, for each server, where the user sets no ceiling. */
const mostPerServer = 256;
const mostAtAll = 1_024;
/** How often it is noted how the endpoints fare, for `sysgen status`. */
const noteEveryMs = 2_000;

/** @throws UsageError for a bad URL, and when the cost is all that is limited and a price is not known. */
export async function identifyModels(options: RunModelsOptions): Promise<RunModels> {
  const { choices, run } = options;
  const identities = new Map(await Promise.all(choices.map(async (choice) => [choice, await identifyModel(choice)] as const)));
  const budget = await openBudget({
    limits: options.limits,
    models: [...identities].map(([{ baseUrls }, { name }]) => ({ name, baseUrls })),
    prices: options.prices,
    onNotice: (text) => run.observer?.onNotice?.(text),
  });
  return { identity: (choice) => among(identities, choice), open: (store) => openAll(options, budget, store) };
}

/** @throws SysGenError for one that was not named: a fault of this program. */
function among<T>(known: ReadonlyMap<ModelChoice, T>, choice: ModelChoice): T {
  const found = known.get(choice);
  if (found === undefined) throw new SysGenError(`${choice.model} is not among the models of this run`);
  return found;
}

async function openAll(
  { choices, concurrency, phases, stop, notesLoad, run }: RunModelsOptions,
  budget: Awaited<ReturnType<typeof openBudget>>,
  store: Store,
): Promise<OpenedModels> {
  const { env = process.env, observer = {} } = run;
  const { journal } = store;
  const servers = new Set(choices.flatMap(({ baseUrls }) => baseUrls)).size;
  const ceiling = new Ceiling(concurrency ?? Math.min(mostPerServer * servers, mostAtAll));
  const spent = journal.countPaid().filter(({ phase }) => phases.includes(phase));
  budget?.budget.start(spendingOf(spent, budget.priceOf), (end) => stop.because(end));
  const replied = new Set<string>();
  const onPaid = (entry: JournalEntry): void => {
    replied.add(entry.model);
    observer.onPaid?.(entry);
  };
  const access = { env, journal, ceiling, budget, observer: { ...observer, onPaid } };
  const backends = new Map<ModelChoice, Model>();
  const close = async (): Promise<void> => {
    await Promise.all(Array.from(backends.values(), (backend) => backend.close()));
  };
  await closeOnFailure({ close }, async () => {
    for (const choice of choices) if (!backends.has(choice)) backends.set(choice, await openModel(choice, access));
  });
  const opened = new Map([...backends].map(([choice, backend]) => [choice, withJournal(withRetry(backend), journal)] as const));
  const each = [...backends.values()];
  const loads = (): EndpointLoad[] => each.flatMap((backend) => backend.loads?.() ?? []);
  const telling = notesLoad ? setInterval(() => store.putNote("load", JSON.stringify(loads())), noteEveryMs) : undefined;
  return {
    model: (choice) => among(opened, choice),
    lanes: (signal) => ({
      width: Math.max(...each.map((backend) => backend.rowsAtOnce)),
      signal,
      onLast: () => each.forEach((backend) => backend.noMoreRows?.()),
    }),
    hasReplied: ({ name }) => replied.has(name),
    loads,
    async close() {
      clearInterval(telling);
      await close();
    },
  };
}
