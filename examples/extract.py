"""An application that wants data, not prose: an answer by a JSON schema. Needs `pip install openai`."""

import json

import openai

SCHEMA = {
    "type": "object",
    "properties": {"customer": {"type": "string"}, "pieces": {"type": "integer"}, "article": {"type": "string"}},
    "required": ["customer", "pieces", "article"],
    "additionalProperties": False,
}

client = openai.OpenAI()  # address and key: OPENAI_BASE_URL and OPENAI_API_KEY of the environment

answer = client.chat.completions.create(
    model="gpt-4o",
    messages=[{"role": "user", "content": "Extract the order: 'Three blue lamps for Ms Weber, please.'"}],
    response_format={"type": "json_schema", "json_schema": {"name": "order", "strict": True, "schema": SCHEMA}},
)
order = json.loads(answer.choices[0].message.content)
print(f"{order['pieces']} x {order['article']} for {order['customer']}")
