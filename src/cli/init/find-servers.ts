import { listModels } from "../../models/openai/list-models.ts";
import type { Environment } from "../../platform/environment.ts";

export interface FoundServer {
  readonly baseUrl: string;
  readonly names: readonly string[];
}

/** Ports on which vLLM, SGLang, llama.cpp, Ollama and LM Studio listen if nobody says otherwise. */
const ports = [8000, 30_000, 8080, 11_434, 1234];
const timeoutMs = 1_000;

/** Servers on this machine that say which models they serve. They are not sent a key. */
export async function findServers(env: Environment): Promise<FoundServer[]> {
  const listed = await Promise.all(ports.map((port) => listModels({ baseUrl: `http://127.0.0.1:${port}/v1`, timeoutMs, env })));
  return listed.flatMap((one) =>
    "models" in one && one.models.length > 0 ? { baseUrl: one.baseUrl, names: one.models.map(({ id }) => id) } : [],
  );
}
