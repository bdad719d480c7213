"""Train the tiny model of formulas/transformer/tiny_model.py on its sentence, with PyTorch.

Writes ``tiny_model.json``; run it again only if the model's shape changes. PyTorch is not
among the requirements: ``make test-pytorch`` installs it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from formulas.transformer import tiny_model as tiny  # noqa: E402

STEPS, LEARNING_RATE, DECAY = 1500, 0.02, 0.01
DIGITS = 3
SHAPES = {
    "embeddings": (len(tiny.VOCABULARY), tiny.WIDTH),
    "W_q": (tiny.WIDTH, tiny.HEADS * tiny.HEAD_WIDTH),
    "W_k": (tiny.WIDTH, tiny.KV_HEADS * tiny.HEAD_WIDTH),
    "W_v": (tiny.WIDTH, tiny.KV_HEADS * tiny.HEAD_WIDTH),
    "W_o": (tiny.HEADS * tiny.HEAD_WIDTH, tiny.WIDTH),
    "W_gate": (tiny.WIDTH, tiny.HIDDEN),
    "W_up": (tiny.WIDTH, tiny.HIDDEN),
    "W_down": (tiny.HIDDEN, tiny.WIDTH),
    "gain_attention": (tiny.WIDTH,),
    "gain_ffn": (tiny.WIDTH,),
    "gain_last": (tiny.WIDTH,),
}


def norm(x: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    """Return PyTorch's RMSNorm of each row."""
    return torch.nn.functional.rms_norm(x, x.shape[-1:], gain, tiny.EPS)


def turned(rows: torch.Tensor) -> torch.Tensor:
    """Turn pairs of neighbors by their position, as complex numbers."""
    n, width = rows.shape[-2:]
    speeds = tiny.BASE ** (-torch.arange(0, width, 2) / width)
    turns = torch.polar(torch.ones(n, width // 2), torch.arange(n)[:, None] * speeds)
    pairs = torch.view_as_complex(rows.reshape(*rows.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(pairs * turns.to(pairs.dtype)).reshape(rows.shape)


def logits_of(tokens: torch.Tensor, w: dict[str, torch.Tensor]) -> torch.Tensor:
    """Run the model, with PyTorch's own functions."""
    heads, width = tiny.HEADS, tiny.HEAD_WIDTH
    stream = w["embeddings"][tokens]
    seen = norm(stream, w["gain_attention"])
    query = turned((seen @ w["W_q"]).reshape(-1, heads, width).transpose(0, 1))
    key = turned((seen @ w["W_k"]).reshape(-1, tiny.KV_HEADS, width).transpose(0, 1))
    value = (seen @ w["W_v"]).reshape(-1, tiny.KV_HEADS, width).transpose(0, 1)
    mixed = torch.nn.functional.scaled_dot_product_attention(
        query[None], key[None], value[None], is_causal=True, enable_gqa=True
    )[0]
    stream = stream + mixed.transpose(0, 1).reshape(len(tokens), -1) @ w["W_o"]
    seen = norm(stream, w["gain_ffn"])
    gate = torch.nn.functional.silu(seen @ w["W_gate"])
    stream = stream + (gate * (seen @ w["W_up"])) @ w["W_down"]
    return norm(stream, w["gain_last"]) @ w["embeddings"].T


def trained() -> dict[str, torch.Tensor]:
    """Train from a fixed start."""
    torch.manual_seed(0)
    weights = {
        name: torch.ones(shape) if len(shape) == 1 else 0.4 * torch.randn(shape)
        for name, shape in SHAPES.items()
    }
    for weight in weights.values():
        weight.requires_grad_()
    optimizer = torch.optim.AdamW(
        weights.values(), lr=LEARNING_RATE, weight_decay=DECAY
    )
    tokens = torch.tensor(tiny.SENTENCE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        scores = logits_of(tokens[:-1], weights)
        loss = torch.nn.functional.cross_entropy(
            scores, tokens[1:], label_smoothing=0.1
        )
        torch.autograd.backward(loss)
        optimizer.step()
    print(f"loss {float(loss.detach()):.4f}")  # noqa: T201
    return weights


if __name__ == "__main__":
    found = trained()
    stored = {
        field.name: found[field.name].detach().double().numpy().round(DIGITS).tolist()
        for field in fields(tiny.ModelWeights)
    }
    lines = [
        f"{json.dumps(name)}: {json.dumps(value)}" for name, value in stored.items()
    ]
    path = Path(tiny.__file__).with_suffix(".json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
