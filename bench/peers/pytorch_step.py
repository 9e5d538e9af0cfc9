"""Times one fine-tuning step of a BERT token classifier in official PyTorch.

    python bench/peers/pytorch_step.py --model FOLDER --batch 32 --length 48 --steps 20 --warmup 3 --threads 2

-> one JSON line: seconds of each step (forward, backward, clip, AdamW, zero_grad), median, peak memory.
Batches are full (no padding), every position carries a tag, dropout is on.
"""

import argparse
import json
import statistics
import time

import torch

from pytorch_common import create_optimizer, load_classifier, peak_rss_bytes

TAGS = 5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=48, help="tokens a sequence, [CLS] and [SEP] included")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=3, help="steps before the clock starts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = load_classifier(options.model, TAGS).train()
    optimizer = create_optimizer(model, 3e-4)
    forward = torch.compile(model) if options.compile else model
    shape = (options.batch, options.length)

    seconds = []
    for step in range(options.warmup + options.steps):
        ids = torch.randint(5, model.config.vocab_size, shape)
        batch = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": torch.randint(TAGS, shape)}
        start = time.perf_counter()
        loss = forward(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
        if step >= options.warmup:
            seconds.append(time.perf_counter() - start)

    print(
        json.dumps(
            {
                "peer": "pytorch-compiled" if options.compile else "pytorch",
                "torch": torch.__version__,
                "batch": options.batch,
                "length": options.length,
                "threads": options.threads,
                "seconds": [round(s, 6) for s in seconds],
                "medianSeconds": round(statistics.median(seconds), 6),
                "peakRssBytes": peak_rss_bytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
