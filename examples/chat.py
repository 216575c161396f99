"""A chat application: one answer in one piece, one as it is written. Needs `pip install openai`."""

import openai

client = openai.OpenAI()  # address and key: OPENAI_BASE_URL and OPENAI_API_KEY of the environment

whole = client.chat.completions.create(
    model="gpt-4o",
    messages=[
        {"role": "system", "content": "Answer in one sentence."},
        {"role": "user", "content": "What is the capital of France?"},
    ],
)
print(whole.choices[0].message.content)
print(f"({whole.usage.prompt_tokens} + {whole.usage.completion_tokens} tokens)")

streamed = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": "Name three rivers of France."}],
    stream=True,
)
for chunk in streamed:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
print()
