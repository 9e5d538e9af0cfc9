"""Annotates texts with the transformers token-classification pipeline, as a user would: the peer of annotate-ours.ts.

    python bench/peers/pipeline_annotate.py --model FOLDER --texts TEXTS.json --batch-size 8 [--stride 128] --out OUT.json

TEXTS.json: a list of strings. fp32, aggregation_strategy="first". --stride N lets long texts through in overlapping
windows of 512 tokens; without it a text longer than that would fail. --limit N takes the first N texts.
-> one JSON line: {"seconds": annotating alone, loading excluded, "peakRssBytes"}; OUT.json: [[start, end, label], ...]
of each text.
"""

import argparse
import json
import time

import pytorch_common
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--texts", required=True)
    parser.add_argument("--out")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--stride", type=int)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    with open(options.texts, encoding="utf-8") as file:
        texts = json.load(file)[: options.limit]
    tokenizer = AutoTokenizer.from_pretrained(options.model, model_max_length=512)
    model = AutoModelForTokenClassification.from_pretrained(options.model, dtype=torch.float32)
    long = {} if options.stride is None else {"stride": options.stride}
    annotate = pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first", device="cpu", **long
    )
    annotate(texts[:2])

    start = time.perf_counter()
    found = list(annotate(texts, batch_size=options.batch_size))
    seconds = time.perf_counter() - start

    if options.out is not None:
        mentions = [[[int(e["start"]), int(e["end"]), e["entity_group"]] for e in text] for text in found]
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump(mentions, file)
    print(json.dumps({"seconds": seconds, "peakRssBytes": pytorch_common.peak_rss_bytes(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
