"""Loads the export in a folder with a trainer's own code: python check.py <trainer> <folder>. Usage and set-up: check.mjs."""

import contextlib
import importlib.metadata
import json
import os
import pathlib
import re
import shlex
import sys
import tempfile

os.environ.update(
    {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "WANDB_DISABLED": "true", "AXOLOTL_DO_NOT_TRACK": "1", "DO_NOT_TRACK": "1"}
)
os.environ["HF_DATASETS_CACHE"] = tempfile.mkdtemp()

# Llama 3.1's way to lay out a conversation, without its dates and cut-offs; TRL's own copies of templates are used where it has them.
TEMPLATE = """{{ bos_token }}{% if tools %}<|start_header_id|>system<|end_header_id|>

{{ tools | tojson }}<|eot_id|>{% endif %}{% for message in messages %}<|start_header_id|>{{ message['role'] }}<|end_header_id|>

{% if message.get('tool_calls') %}{% for call in message['tool_calls'] %}{"name": "{{ call['function']['name'] }}", "parameters": {{ call['function']['arguments'] | tojson }}}{% endfor %}{% else %}{{ message['content'] }}{% endif %}<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>

{% endif %}"""


def tiny_model(template: str, eos: str = "<|eot_id|>") -> str:
    """A folder with a Llama of one layer and a tokenizer of bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|im_start|>", "<|im_end|>",
               "<|finetune_right_pad_id|>", "<|eom_id|>"]
    vocabulary = special + sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={token: place for place, token in enumerate(vocabulary)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|begin_of_text|>", eos_token=eos, pad_token="<|finetune_right_pad_id|>", chat_template=template
    )
    config = LlamaConfig(vocab_size=len(vocabulary), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
                         num_key_value_heads=2, max_position_embeddings=4096, bos_token_id=0, eos_token_id=fast.eos_token_id,
                         pad_token_id=fast.pad_token_id)
    folder = tempfile.mkdtemp()
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def rows_of(name: str) -> list:
    path = pathlib.Path(name)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def cpu_options() -> list:
    """What the README's command for a machine without a GPU has more than the one above it."""
    plain, cpu = re.search(r"^(.+)\n# without a GPU:\n(.+)$", pathlib.Path("README.md").read_text("utf-8"), re.M).groups()
    assert cpu.startswith(f"{plain} "), cpu
    return shlex.split(cpu[len(plain):])


def last_response(row: dict) -> str:
    if "output" in row:
        return row["output"]
    turn = (row.get("completion") or row.get("messages") or row.get("conversations"))[-1]
    return turn["content"] if "content" in turn else turn["value"]


def trained_text(tokenizer, labels) -> str:
    return tokenizer.decode([token for token in labels if token != -100])


def check_loss(tokenizer, row: dict, labels) -> None:
    """The loss falls on the last response and not on the first instruction."""
    text = trained_text(tokenizer, labels)
    assert last_response(row) in text, f"{last_response(row)!r} is not trained: {text!r}"
    assert "You are helper" not in text and "Question" not in text and "Weather in" not in text, f"the prompt is trained: {text!r}"


def check_trl_pairs() -> str:
    from trl import DPOTrainer
    from trl.scripts import dpo
    import trl

    train, validation = rows_of("train.jsonl"), rows_of("validation.jsonl")
    template = (pathlib.Path(trl.__file__).parent / "chat_templates" / "llama3_1.jinja").read_text("utf-8")
    trainers = []
    original = DPOTrainer.__init__

    def remember(self, *args, **kwargs):
        original(self, *args, **kwargs)
        trainers.append(self)

    DPOTrainer.__init__ = remember
    arguments = ["--config", "dpo.yaml", "--dataset_name", os.getcwd(), "--model_name_or_path", tiny_model(template, "<|eot_id|>"), "--output_dir", tempfile.mkdtemp(),
                 "--max_steps", "2", *cpu_options(), "--report_to", "none", "--dtype", "float32"]
    dpo.main(*dpo.make_parser().parse_args_and_config(args=arguments))
    trainer = trainers[0]
    assert len(trainer.train_dataset) == len(train), len(trainer.train_dataset)
    assert (trainer.eval_dataset is None) == (not validation)
    for row, example in zip(train, trainer.train_dataset):
        prompt, chosen, rejected = (trainer.processing_class.decode(example[name]) for name in ("prompt_ids", "chosen_ids", "rejected_ids"))
        for message in row["prompt"]:
            assert message["content"] in prompt, prompt
        assert row["chosen"][-1]["content"] in chosen and row["rejected"][-1]["content"] in rejected, (chosen, rejected)
    return f"trl dpo, 2 steps, {len(train)} + {len(validation)} pairs"


def check_trl() -> str:
    if pathlib.Path("dpo.yaml").exists():
        return check_trl_pairs()
    import trl
    from datasets import load_dataset
    from trl import SFTTrainer
    from trl.data_utils import is_conversational, maybe_convert_to_chatml
    from trl.scripts import sft

    train, validation = rows_of("train.jsonl"), rows_of("validation.jsonl")
    for row in train:
        assert is_conversational(row), row
        assert maybe_convert_to_chatml(json.loads(json.dumps(row))) == row
    templates = pathlib.Path(trl.__file__).parent / "chat_templates"
    messages = "messages" in train[0]
    template = (templates / ("qwen2_5.jinja" if messages else "llama3_1.jinja")).read_text("utf-8")
    model = tiny_model(template, "<|im_end|>" if messages else "<|eot_id|>")
    trainers = []
    original = SFTTrainer.__init__

    def remember(self, *args, **kwargs):
        original(self, *args, **kwargs)
        trainers.append(self)

    SFTTrainer.__init__ = remember
    output = tempfile.mkdtemp()
    arguments = ["--config", "sft.yaml", "--dataset_name", os.getcwd(), "--model_name_or_path", model, "--output_dir", output, "--max_steps", "2", *cpu_options(),
                 "--report_to", "none", "--dtype", "float32"]
    sft.main(*sft.make_parser().parse_args_and_config(args=arguments))
    trainer = trainers[0]
    assert len(trainer.train_dataset) == len(train), len(trainer.train_dataset)
    assert (trainer.eval_dataset is None) == (not validation)
    for row, example in zip(train, trainer.train_dataset):
        check_loss(trainer.processing_class, row, example["labels"])
        text = trainer.processing_class.decode(example["input_ids"])
        for message in row.get("messages") or row["prompt"]:
            assert message["role"] != "system" or message["content"] in text, text
            for call in message.get("tool_calls", []):
                assert json.dumps(call["function"]["arguments"]) in text, text
    return f"trl sft, 2 steps, {len(train)} + {len(validation)} rows"


def check_llama_factory() -> str:
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args, read_args
    from llamafactory.model import load_tokenizer
    from llamafactory.train.tuner import run_exp

    train, validation = rows_of("train.jsonl"), rows_of("validation.jsonl")
    stage = "dpo" if pathlib.Path("dpo.yaml").exists() else "sft"
    # Arguments as llamafactory-cli reads them.
    sys.argv = ["llamafactory-cli", f"{stage}.yaml", *cpu_options(), f"model_name_or_path={tiny_model(TEMPLATE)}",
                f"output_dir={tempfile.mkdtemp()}", "max_steps=2", "report_to=none", "overwrite_cache=true"]
    arguments = read_args()
    model_args, data_args, training_args, finetuning_args, _ = get_train_args(dict(arguments))
    tokens = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(tokens["tokenizer"], data_args)
    module = get_dataset(template, model_args, data_args, training_args, stage="rm" if stage == "dpo" else "sft", **tokens)
    assert len(module["train_dataset"]) == len(train), f"{len(module['train_dataset'])} of {len(train)} rows kept"
    assert len(module.get("eval_dataset", [])) == len(validation)
    if stage == "dpo":
        for row, example in zip(train, module["train_dataset"]):
            for side in ("chosen", "rejected"):
                assert row[side]["value"] in trained_text(tokens["tokenizer"], example[f"{side}_labels"])
            assert row["conversations"][0]["value"] in tokens["tokenizer"].decode(example["chosen_input_ids"])
        run_exp(dict(arguments))
        return f"llamafactory get_dataset and 2 steps of dpo, {len(train)} + {len(validation)} pairs"
    for row, example in zip(train, module["train_dataset"]):
        check_loss(tokens["tokenizer"], row, example["labels"])
        text = tokens["tokenizer"].decode(example["input_ids"])
        assert "detailed thinking" not in text
        turns = row.get("conversations") or row.get("messages") or []
        system = row.get("system") or next((t.get("value", t.get("content")) for t in turns if "system" in t.values()), "")
        assert system in text, text
        for turn in turns:
            if turn.get("from") == "function_call":
                calls = json.loads(turn["value"])
                for call in calls if isinstance(calls, list) else [calls]:
                    assert json.dumps(call["arguments"]) in text, text
    run_exp(dict(arguments))
    return f"llamafactory get_dataset and 2 steps, {len(train)} + {len(validation)} rows"


def check_axolotl() -> str:
    from axolotl.cli.args import TrainerCliArgs
    from axolotl.cli.config import load_cfg
    from axolotl.cli.train import do_train
    from axolotl.utils.data.sft import prepare_datasets
    from axolotl.utils.dict import DictDefault
    from axolotl.utils.config import validate_config
    from transformers import AutoTokenizer
    import yaml

    train, validation = rows_of("train.jsonl"), rows_of("validation.jsonl")
    text = pathlib.Path("axolotl.yaml").read_text("utf-8")
    # The schema as on a machine with a graphics card, before anything is changed for this one.
    validate_config(
        DictDefault(yaml.safe_load(text)),
        capabilities={"bf16": True, "fp8": False, "n_gpu": 1, "compute_capability": "sm_80", "tf32": True, "n_node": 1},
        env_capabilities={"torch_version": "2.13.0"},
    )
    cfg = load_cfg("axolotl.yaml", base_model=tiny_model(TEMPLATE), output_dir=tempfile.mkdtemp(), max_steps=2,
                   dataset_prepared_path=tempfile.mkdtemp())
    tokenizer = AutoTokenizer.from_pretrained(cfg.base_model)
    data, evaluation, steps, _ = prepare_datasets(cfg, tokenizer)
    assert len(data) == len(train), f"{len(data)} of {len(train)} rows kept"
    assert len(evaluation or []) == len(validation)
    texts = [trained_text(tokenizer, example["labels"]) for example in data]
    whole = "".join(tokenizer.decode(example["input_ids"]) for example in data)
    # Rows are shuffled.
    for row in train:
        assert any(last_response(row) in text for text in texts)
        for message in row.get("messages", []):
            for call in message.get("tool_calls", []):
                assert json.dumps(json.loads(call["function"]["arguments"])) in whole, whole
        for turn in row.get("messages") or row.get("conversations") or []:
            words = turn.get("content") or turn.get("value")
            if (turn.get("role") or turn.get("from")) in ("system", "user", "human"):
                assert words.strip() in whole, words
                # Short words may stand in a response too.
                assert len(words) < 40 or not any(words in text for text in texts), words
    do_train(cfg, TrainerCliArgs())
    return f"axolotl config schema, prepare_datasets and {steps} steps, {len(train)} + {len(validation)} rows"


def check_openai() -> str:
    """The service itself cannot be asked; rows are held against the SDK's types of messages and tools, unknown keys refused."""
    from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
    from pydantic import TypeAdapter

    messages, tools = TypeAdapter(list[ChatCompletionMessageParam]), TypeAdapter(list[ChatCompletionFunctionToolParam])
    rows = rows_of("train.jsonl") + rows_of("validation.jsonl")
    for row in rows:
        assert set(row) <= {"messages", "tools", "parallel_tool_calls"}, set(row)
        messages.validate_python(row["messages"], extra="forbid")
        tools.validate_python(row.get("tools", []), extra="forbid")
    return f"types of the openai SDK (not the service), {len(rows)} rows"


def check_parquet() -> str:
    from datasets import load_dataset
    from trl.data_utils import is_conversational

    data = load_dataset("parquet", data_files="train.parquet", split="train")
    feature = data.features["messages"]
    assert set(feature.feature) == {"role", "content"}, feature
    assert is_conversational(data[0]) and "한국어" in data[0]["messages"][0]["content"], data[0]
    return f"datasets.load_dataset parquet, {len(data)} rows, messages: {feature}"


CHECKS = {
    "trl": (check_trl, ["trl", "transformers", "datasets"]),
    "llama-factory": (check_llama_factory, ["llamafactory", "transformers", "datasets"]),
    "axolotl": (check_axolotl, ["axolotl", "transformers", "datasets"]),
    "openai": (check_openai, ["openai"]),
    "parquet": (check_parquet, ["datasets", "trl"]),
}

if __name__ == "__main__":
    name, folder = sys.argv[1], sys.argv[2]
    os.chdir(folder)
    check, packages = CHECKS[name]
    try:
        versions = " ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    except importlib.metadata.PackageNotFoundError as missing:
        print(f"CHECK not installed  {name}  {missing}")
        sys.exit(0)
    with contextlib.redirect_stdout(sys.stderr):
        said = check()
    label = "/".join(pathlib.Path(folder).parts[-2:])
    print(f"CHECK ok  {label}: {said} [{versions}]")
