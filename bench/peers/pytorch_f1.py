"""Fine-tunes on our encoded data with official PyTorch, and writes what our decoder needs to score it.

    python bench/peers/pytorch_f1.py --model ENCODER --data FOLDER --tags 3 --seed 1 --out FOLDER

FOLDER of --data, written by our bench, so that both sides see the same numbers in the same batches:
  train.jsonl           {"ids": [...], "first": [...], "tags": [...]} a line: token ids with [CLS] and [SEP],
                        positions of each word's first sub-token, a tag id for each of those words
  test.jsonl            {"ids": [...], "first": [...]}
  batches-<seed>.json   [epoch][batch][index into train.jsonl]; its length is the number of epochs. Without it
                        (or with --shuffle) batches of --batch-size are drawn here, for --epochs epochs
Written to --out:
  log-probabilities-<seed>.bin    float32, little-endian: [word][tag], all words of test.jsonl in order
  log-probabilities-<seed>.json   {"tags", "words": words of each test line, "file", "settings", seconds, losses}
"""

import argparse
import json
import math
import pathlib
import random
import time

import numpy
import torch

from pytorch_common import create_optimizer, load_classifier, peak_rss_bytes


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def collate(rows):
    """Pads to the longest of the batch. Returns ids, mask, labels: [rows, length]; -100 where no word starts."""
    length = max(len(row["ids"]) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    for i, row in enumerate(rows):
        ids[i, : len(row["ids"])] = torch.tensor(row["ids"])
        mask[i, : len(row["ids"])] = 1
        if row.get("tags"):
            labels[i, torch.tensor(row["first"])] = torch.tensor(row["tags"])
    return ids, mask, labels


def draw_batches(rows, options):
    """Shuffled, then sorted by length within chunks of 16 batches, so that little is padded."""
    generator = random.Random(options.seed)
    size, epochs = options.batch_size, []
    for _ in range(options.epochs):
        order = generator.sample(range(len(rows)), len(rows))
        chunks = [order[i : i + size * 16] for i in range(0, len(order), size * 16)]
        batches = []
        for chunk in chunks:
            chunk.sort(key=lambda i: len(rows[i]["ids"]))
            batches += [chunk[i : i + size] for i in range(0, len(chunk), size)]
        generator.shuffle(batches)
        epochs.append(batches)
    return epochs


def train(model, rows, epochs, options):
    """Linear warm-up over ceil(fraction x steps), then linear decay to 0, as transformers' schedule has it."""
    total = sum(len(batches) for batches in epochs)
    warmup = math.ceil(total * options.warmup)
    optimizer = create_optimizer(model, options.lr)
    factor = lambda step: step / max(1, warmup) if step < warmup else (total - step) / max(1, total - warmup)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    model.train()
    losses = []
    for batches in epochs:
        summed = 0.0
        for indices in batches:
            ids, mask, labels = collate([rows[i] for i in indices])
            loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            summed += loss.item()
        losses.append(summed / len(batches))
    return losses


@torch.inference_mode()
def predict(model, rows):
    """Log-probabilities of each row's words: a list of [words, tags] in the rows' order."""
    model.eval()
    results = [None] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["ids"]))
    for start in range(0, len(order), 32):
        indices = order[start : start + 32]
        ids, mask, _ = collate([rows[i] for i in indices])
        scores = torch.log_softmax(model(input_ids=ids, attention_mask=mask).logits, dim=-1)
        for i, index in enumerate(indices):
            results[index] = scores[i, torch.tensor(rows[index]["first"], dtype=torch.long)].numpy()
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="folder of the encoder")
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--tags", required=True, type=int, help="number of tags")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--warmup", type=float, default=0.1, help="fraction of the steps")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--shuffle", action="store_true", help="draw batches here, even where a batch file is")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rows = read_lines(options.data / "train.jsonl")
    test = read_lines(options.data / "test.jsonl")
    batch_file = options.data / f"batches-{options.seed}.json"
    given = batch_file.exists() and not options.shuffle
    epochs = json.loads(batch_file.read_text()) if given else draw_batches(rows, options)

    model = load_classifier(options.model, options.tags)
    start = time.perf_counter()
    losses = train(model, rows, epochs, options)
    trained = time.perf_counter()
    scores = predict(model, test)
    done = time.perf_counter()

    name = f"log-probabilities-{options.seed}"
    options.out.mkdir(parents=True, exist_ok=True)
    numpy.concatenate(scores).astype("<f4").tofile(options.out / f"{name}.bin")
    report = {
        "tags": options.tags,
        "words": [len(row["first"]) for row in test],
        "file": f"{name}.bin",
        "settings": {
            "seed": options.seed,
            "learningRate": options.lr,
            "warmup": options.warmup,
            "epochs": len(epochs),
            "steps": sum(len(batches) for batches in epochs),
            "batches": batch_file.name if given else "drawn",
            "threads": options.threads,
        },
        "torch": torch.__version__,
        "losses": losses,
        "trainSeconds": round(trained - start, 3),
        "predictSeconds": round(done - trained, 3),
        "peakRssBytes": peak_rss_bytes(),
    }
    (options.out / f"{name}.json").write_text(json.dumps(report) + "\n")
    print(json.dumps({key: value for key, value in report.items() if key != "words"}))


if __name__ == "__main__":
    main()
