"""Fine-tunes a model with TRL on rows that are tokens already (see prepare.py).

Settings are in the JSON file that the first argument names. Events go to file descriptor 3. SIGINT
saves a checkpoint and ends with exit code 130. Started again, it goes on after the last checkpoint.
"""

import errno
import json
import math
import os
import resource
import shutil
import signal
import sys
import time

# Python is started so that it looks for modules in no folder of its own accord.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from generation_flags import drop_refused
from one_gpu import use_first_gpu
from sysgen_events import fail, first_line, say, settings

given = settings()
stopping = False


def stop(*_):
    global stopping
    stopping = True


signal.signal(signal.SIGINT, stop)
say("importing")
if given["device"] == "gpu":
    use_first_gpu()
try:
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from transformers.trainer_callback import PrinterCallback
    from trl import SFTConfig, SFTTrainer
except ImportError as error:
    fail("module", first_line(error))

on_gpu = given["device"] == "gpu"
on_cuda = on_gpu and torch.cuda.is_available()
COMPLETE = "sysgen-complete"


def memory():
    """Bytes of the device in use at most, and of the whole device."""
    if on_cuda:
        return {"peakBytes": torch.cuda.max_memory_allocated(), "totalBytes": torch.cuda.get_device_properties(0).total_memory}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peakBytes": peak if sys.platform == "darwin" else peak * 1024}


def wait_for_other():
    """Waits until a process that was left behind by a killed one has ended, at its next event."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    lock = open(os.path.join(given["checkpoints"], os.pardir, "python.lock"), "w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def rows_of(part):
    with open(given["tokens"], encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["part"] == part]
    return [{"input_ids": row["input_ids"], "labels": row["labels"]} for row in rows]


def last_checkpoint():
    """The newest checkpoint that was written whole. Others are removed."""
    whole = []
    for name in os.listdir(given["checkpoints"]):
        path = os.path.join(given["checkpoints"], name)
        if os.path.exists(os.path.join(path, COMPLETE)):
            whole.append((int(name.rsplit("-", 1)[1]), path))
        else:
            shutil.rmtree(path, ignore_errors=True)
    return max(whole, default=(0, None))


class AtLastStep(Exception):
    """The checkpoint is of the step after which training ends."""


class Watch(TrainerCallback):
    """Tells each step, saves from time to time, and ends where the settings say."""

    def __init__(self, probe):
        self.probe = probe
        self.saved_at = time.monotonic()
        self.save_seconds = 0.0
        self.last_step = 0

    def on_train_begin(self, args, state, control, model=None, **_):
        per_epoch = state.max_steps / args.num_train_epochs
        self.last_step = min(round(per_epoch * given["keptEpoch"]), state.max_steps)
        if given.get("maxSteps"):
            self.last_step = min(self.last_step, given["maxSteps"])
        self.every = max(1, self.last_step // given["probes"])
        say("begin", step=state.global_step, of=self.last_step)
        self.saved_at = time.monotonic()
        if state.global_step >= self.last_step:
            raise AtLastStep
        if state.global_step == 0:
            self.say_probe(0, model)

    def say_probe(self, step, model):
        if self.probe:
            say("probe", step=step, loss=probe_loss(model, self.probe))

    def on_step_end(self, args, state, control, model=None, **_):
        step = state.global_step
        is_last = step >= self.last_step
        if is_last or step % self.every == 0:
            self.say_probe(step, model)
        due = max(given["saveSeconds"], 20 * self.save_seconds)
        if is_last or stopping:
            control.should_training_stop = True
        if stopping and not is_last or time.monotonic() - self.saved_at > due:
            self.saved_at = time.monotonic()
            control.should_save = True

    def on_log(self, args, state, control, logs=None, **_):
        if logs is None or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            fail("nan", f"the loss is {loss}", step=state.global_step)
        say("step", step=state.global_step, of=self.last_step, loss=loss, learningRate=logs.get("learning_rate"))

    def on_save(self, args, state, control, **_):
        name = f"checkpoint-{state.global_step}"
        path = os.path.join(args.output_dir, name)
        with open(os.path.join(path, COMPLETE), "w", encoding="utf-8"):
            pass
        self.save_seconds = time.monotonic() - self.saved_at
        self.saved_at = time.monotonic()
        for other in os.listdir(args.output_dir):
            if other != name:
                shutil.rmtree(os.path.join(args.output_dir, other), ignore_errors=True)
        say("saved", step=state.global_step)


def probe_loss(model, rows):
    """Mean loss of a trained token over the rows."""
    was_training = model.training
    model.eval()
    total = count = 0
    with torch.no_grad():
        for row in rows:
            ids = torch.tensor([row["input_ids"]], device=model.device)
            labels = torch.tensor([row["labels"]], device=model.device)
            tokens = int((labels[:, 1:] != -100).sum())
            if tokens == 0:
                continue
            with torch.autocast(model.device.type, torch.bfloat16, enabled=given["dtype"] == "bfloat16"):
                total += float(model(input_ids=ids, labels=labels).loss) * tokens
            count += tokens
    model.train(was_training)
    return total / max(count, 1)


def trainer_for(model, tokenizer, watch, rows):
    lora = None
    if given["method"] == "lora":
        from peft import LoraConfig

        lora = LoraConfig(
            r=given["lora"]["rank"],
            lora_alpha=given["lora"]["alpha"],
            lora_dropout=given["lora"]["dropout"],
            target_modules=given["lora"]["targets"],
            task_type="CAUSAL_LM",
        )
    args = SFTConfig(
        output_dir=given["checkpoints"],
        max_length=None,
        packing=False,
        learning_rate=given["learningRate"],
        lr_scheduler_type=given["schedule"],
        optim=given["optimizer"],
        weight_decay=given["weightDecay"],
        max_grad_norm=given["maxGradNorm"],
        num_train_epochs=given["epochs"],
        warmup_steps=given["warmupSteps"],
        per_device_train_batch_size=given["batchSize"],
        gradient_accumulation_steps=given["accumulation"],
        seed=given["seed"],
        data_seed=given["seed"],
        bf16=given["dtype"] == "bfloat16",
        use_cpu=not on_gpu,
        activation_checkpointing=given["checkpointing"],
        dataloader_pin_memory=on_cuda,
        logging_steps=1,
        logging_nan_inf_filter=False,
        save_strategy="no",
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = SFTTrainer(
        model=model,
        args=args,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def written(trainer, tokenizer):
    """Writes the model's folder, an adapter merged into the weights."""
    say("writing")
    model = trainer.model
    if given["method"] == "lora":
        model = model.merge_and_unload()
    shutil.rmtree(given["result"], ignore_errors=True)
    model.config.use_cache = True
    model.save_pretrained(given["result"])
    tokenizer.save_pretrained(given["result"])


def main():
    os.makedirs(given["checkpoints"], exist_ok=True)
    lock = wait_for_other()
    step, checkpoint = last_checkpoint()
    tokenizer = AutoTokenizer.from_pretrained(given["tokenizer"])
    model = AutoModelForCausalLM.from_pretrained(given["folder"], dtype=getattr(torch, given["weights"]))
    if model.can_generate():
        drop_refused(model.generation_config)
    rows = rows_of("train")
    watch = Watch(rows_of("probe"))
    trainer = trainer_for(model, tokenizer, watch, rows)
    counts = [(p.numel(), p.requires_grad) for p in trainer.model.parameters()]
    say(
        "loaded",
        rows=len(rows),
        parameters=sum(size for size, _ in counts),
        trained=sum(size for size, is_trained in counts if is_trained),
        resumedAt=step,
    )
    try:
        trainer.train(resume_from_checkpoint=checkpoint)
    except AtLastStep:
        # The checkpoint's weights are loaded, and its process ended before it wrote the model.
        pass
    if stopping and trainer.state.global_step < watch.last_step:
        say("stopped", step=trainer.state.global_step)
        raise SystemExit(130)
    written(trainer, tokenizer)
    if lock is not None:
        lock.close()
    say("done", step=trainer.state.global_step, **memory())


def is_memory(error):
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    return any(said in str(error).lower() for said in ("out of memory", "can't allocate memory", "cannot allocate memory", "bad_alloc"))


try:
    main()
except (RuntimeError, MemoryError, OSError) as error:
    if is_memory(error):
        fail("out-of-memory", first_line(error), **memory())
    if not isinstance(error, OSError):
        raise
    fail("disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "file", first_line(error))
