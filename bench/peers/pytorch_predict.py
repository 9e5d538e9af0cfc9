"""A saved model folder and encoded texts -> log-probabilities of each word's tags, for our decoder and scorer.

    python bench/peers/pytorch_predict.py --model FOLDER --test test.jsonl --out scores.bin

test.jsonl: {"ids": [...], "first": [...]} a line, as in pytorch_f1.py.
scores.bin: float32, little-endian: [word][tag], all words of test.jsonl in order.
"""

import argparse
import pathlib

import pytorch_common  # noqa: F401  sets the libraries quiet before they load
import numpy
import torch
from pytorch_f1 import predict, read_lines
from transformers import AutoModelForTokenClassification


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--test", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = AutoModelForTokenClassification.from_pretrained(options.model)
    numpy.concatenate(predict(model, read_lines(options.test))).astype("<f4").tofile(options.out)


if __name__ == "__main__":
    main()
