import type { Environment } from "../../platform/environment.ts";

export interface ServeFolderOptions {
  /** A Hugging Face folder with weights, tokenizer and chat template. */
  readonly folder: string;
  /** The user's own Python. Default that of `sysgen python install`. */
  readonly python?: string | undefined;
  readonly env: Environment;
  /** Ends the wait for a server that is starting. */
  readonly signal: AbortSignal;
  /** The file that the server's output is appended to. */
  readonly log: string;
  readonly onNotice: (text: string) => void;
}

/** A server of a Hugging Face folder that this process started. */
export interface ServedFolder {
  /** Such as `http://127.0.0.1:4711/v1`. */
  readonly baseUrl: string;
  /** The name that the server gives its model. */
  readonly model: string;
  readonly versions: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @throws UsageError when no server is installed, or when it did not come up. */
export type ServeFolder = (options: ServeFolderOptions) => Promise<ServedFolder>;
