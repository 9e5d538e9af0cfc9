"""What the PyTorch peers share: quiet libraries, threads, and the optimizer as everyone sets it up."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import resource
import sys

import torch
from transformers import AutoModelForTokenClassification, logging

logging.set_verbosity_error()
logging.disable_progress_bar()


def load_classifier(folder, tags):
    """Encoder from the folder, a fresh head (normal, std 0.02) drawn from torch's global seed, float32."""
    return AutoModelForTokenClassification.from_pretrained(folder, num_labels=tags, dtype=torch.float32)


def create_optimizer(model, learning_rate):
    """AdamW, decay 0.01 but on biases and LayerNorm; torch picks its default implementation (foreach)."""
    decayed, plain = [], []
    for name, parameter in model.named_parameters():
        (plain if name.endswith("bias") or "LayerNorm" in name else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.999), eps=1e-8)


def peak_rss_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
