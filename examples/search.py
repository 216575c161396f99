"""A search by meaning: which text is nearest to the question. Needs `pip install openai`."""

import math

import openai

TEXTS = ["The invoice is due in 30 days.", "Our office is closed on Friday.", "Parcels leave the store at noon."]

client = openai.OpenAI()  # address and key: OPENAI_BASE_URL and OPENAI_API_KEY of the environment


def vector(text: str) -> list[float]:
    return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding


def similarity(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / (math.hypot(*one) * math.hypot(*other))


question = vector("When do I have to pay?")
for likeness, text in sorted(((similarity(question, vector(text)), text) for text in TEXTS), reverse=True):
    print(f"{likeness:+.3f}  {text}")
