"""A whole fine-tuning job with the Hugging Face Trainer and its defaults, as transformers' run_ner.py does it.

    python bench/peers/trainer_job.py --model ENCODER --train train.jsonl --tags O,B-Disease,I-Disease --out FOLDER

train.jsonl, written by our bench: {"words": [...], "tags": [...]} a line, a tag name for each word. Defaults are those
of TrainingArguments and run_ner.py: 8 sequences a step in random order, padded to the longest of the batch, first
sub-tokens labelled, 5e-5 falling linearly, AdamW, a checkpoint every 500 steps. The model is saved to FOLDER/model.
-> one JSON line: when each stage ended (milliseconds since 1970), peak memory, losses, tokens, settings, versions.
"""

import argparse
import collections
import json
import pathlib
import platform
import time

from pytorch_common import peak_rss_bytes
from pytorch_f1 import read_lines

import accelerate
import tokenizers
import torch
import transformers
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)


class CountingCollator:
    """Passes a collator's batches on and counts their cells, padding included."""

    def __init__(self, collator):
        self.collator = collator
        self.cells = 0

    def __call__(self, rows):
        batch = self.collator(rows)
        self.cells += batch["input_ids"].numel()
        return batch


def tokenise(tokenizer, rows, tag_ids):
    """Cut at the model's own limit; a word's tag goes to its first sub-token, -100 to all others."""
    encoded = tokenizer([row["words"] for row in rows], truncation=True, is_split_into_words=True)
    examples = []
    for i, row in enumerate(rows):
        labels, previous = [], None
        for word in encoded.word_ids(i):
            labels.append(-100 if word is None or word == previous else tag_ids[row["tags"][word]])
            previous = word
        examples.append({**{key: encoded[key][i] for key in encoded}, "labels": labels})
    return examples


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="folder of the encoder")
    parser.add_argument("--train", required=True, type=pathlib.Path)
    parser.add_argument("--tags", required=True, help="names of the tags, with commas, in the order of their ids")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, help="default: the Trainer's own")
    parser.add_argument("--logging-steps", type=int, help="default: the Trainer's own")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    stages = {}

    def done(stage):
        stages[stage] = time.time() * 1000

    done("start")
    torch.set_num_threads(options.threads)
    given = {"learning_rate": options.learning_rate, "logging_steps": options.logging_steps}
    arguments = TrainingArguments(
        output_dir=str(options.out),
        num_train_epochs=options.epochs,
        seed=options.seed,
        use_cpu=True,
        **{key: value for key, value in given.items() if value is not None},
    )
    set_seed(arguments.seed)
    rows = read_lines(options.train)
    done("corpus")

    tags = options.tags.split(",")
    tag_ids = {tag: i for i, tag in enumerate(tags)}
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = AutoModelForTokenClassification.from_pretrained(
        options.model, num_labels=len(tags), id2label=dict(enumerate(tags)), label2id=tag_ids
    )
    done("load")

    examples = tokenise(tokenizer, rows, tag_ids)
    done("tokenise")

    collator = CountingCollator(DataCollatorForTokenClassification(tokenizer))
    trainer = Trainer(
        model=model, args=arguments, train_dataset=examples, processing_class=tokenizer, data_collator=collator
    )
    output = trainer.train()
    done("train")

    trainer.save_model(str(options.out / "model"))
    done("save")
    cpu_seconds, peak_rss = time.process_time(), peak_rss_bytes()

    counts = collections.Counter(label for example in examples for label in example["labels"])
    report = {
        "stages": stages,
        "cpuSeconds": cpu_seconds,
        "peakRssBytes": peak_rss,
        "sequences": len(examples),
        "steps": output.global_step,
        "losses": [{"step": log["step"], "loss": log["loss"]} for log in trainer.state.log_history if "loss" in log],
        "meanLoss": output.training_loss,
        "tokensPerEpoch": {
            "real": sum(len(example["input_ids"]) for example in examples),
            "padded": round(collator.cells / options.epochs),
        },
        "wordsByTag": [counts[i] for i in range(len(tags))],
        "settings": {
            "batchSize": arguments.per_device_train_batch_size,
            "learningRate": arguments.learning_rate,
            "warmupSteps": arguments.warmup_steps,
            "schedule": str(getattr(arguments.lr_scheduler_type, "value", arguments.lr_scheduler_type)),
            "optimizer": str(getattr(arguments.optim, "value", arguments.optim)),
            "weightDecay": arguments.weight_decay,
            "maxGradientNorm": arguments.max_grad_norm,
            "sampling": arguments.train_sampling_strategy,
            "saveSteps": arguments.save_steps,
            "parameters": str(next(model.parameters()).dtype),
            "attention": model.config._attn_implementation,
        },
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "accelerate": accelerate.__version__,
            "tokenizers": tokenizers.__version__,
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
