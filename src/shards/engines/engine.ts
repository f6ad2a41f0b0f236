/** What an engine's script is made of. */
export interface ScriptFacts {
  /** The run directory, as an absolute path. */
  readonly out: string;
  readonly shards: number;
  /** How sysgen is started on the machine that made the plan. */
  readonly program: readonly string[];
  readonly model: string;
  /** The generator's servers. Empty for a model in process. */
  readonly baseUrls: readonly string[];
  readonly codes: TaskCodes;
}

/** Exit codes of sysgen that a script tells apart. The command line has their table. */
export interface TaskCodes {
  /** Comes again for rows that fail for good. */
  readonly someFailed: number;
  /** Would come again. */
  readonly usage: number;
  /** Would come again. */
  readonly budget: number;
  /** No row of the shard is in the dataset, which is no fault. */
  readonly nothing: number;
}

/**
 * How long a task waits for another one that is at work in its shard, in seconds. It is more than a
 * call may take by default, and more than a network file system keeps the lock of a machine that is
 * gone.
 */
export const lockWaitSeconds = 600;

/**
 * How long a task waits before it is tried again, in seconds. A model server that loads large
 * weights is up by the last try. They are the pauses of Kubernetes, which doubles from 10 seconds.
 */
export const pausesS = [10, 20, 40, 80, 160] as const;

/** A scheduler of machines, or this machine, as what runs the shards. */
export interface Engine {
  readonly name: string;
  /** Name of the script in the folder `shards`. */
  readonly file: string;
  script(facts: ScriptFacts): string;
  /** The command that a person types to start the shards. @param path The script's. */
  start(path: string): string;
}

/** A word as a POSIX shell reads it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Lines that start a server of the model on the machine of a task, to be uncommented. */
export function serverLines({ model, baseUrls }: ScriptFacts): string[] {
  const local = baseUrls.map((url) => new URL(url)).find(({ hostname }) => /^(?:localhost|127\.)/.test(hostname));
  const port = local?.port ?? "";
  const url = `http://localhost:${port === "" ? "8000" : port}/v1`;
  return [
    "# Where each machine hosts the model, take the # off these lines. The server ends with the task.",
    `# vllm serve ${shellWord(model)} --port ${new URL(url).port} & server=$!`,
    `# trap 'kill "$server"' EXIT`,
    `# until curl -sf ${url}/models > /dev/null; do kill -0 "$server" || exit 1; sleep 2; done`,
  ];
}
