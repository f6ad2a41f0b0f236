"""Writes the weights of a GGUF file as a folder of Hugging Face, in 16 bits.

transformers reads the file, but refuses to save the model that it reads. A model of the same shape
takes the weights and is saved.
"""

import os
import sys

# Python is started so that it looks for modules in no folder of its own accord.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from sysgen_events import fail, first_line, say, settings

given = settings()
try:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
except ImportError as error:
    fail("module", first_line(error))

folder, file = os.path.split(given["gguf"])
try:
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
    read = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
except Exception as error:  # Each part of the reader has errors of its own for files it does not know.
    fail("gguf", f"transformers cannot read the file: {first_line(error)}. Name the model's folder or its id on the hub.")

config = read.config
if hasattr(config, "quantization_config"):
    del config.quantization_config
config.dtype = torch.bfloat16
model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
missing, unexpected = model.load_state_dict(read.state_dict(), strict=False)
missing = [name for name in missing if not (config.tie_word_embeddings and name == "lm_head.weight")]
if missing or unexpected:
    fail("gguf", f"the file lacks weights ({missing[:3]}) or has others ({unexpected[:3]}).")
model.generation_config = GenerationConfig(
    bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
)
model.save_pretrained(given["result"])
tokenizer.save_pretrained(given["result"])
say("converted", parameters=sum(weight.numel() for weight in model.parameters()))
