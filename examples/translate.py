"""The guide's application: a completion by a model that OpenAI retired. Needs `pip install openai`."""

import openai

client = openai.OpenAI()  # address and key: OPENAI_BASE_URL and OPENAI_API_KEY of the environment

answer = client.completions.create(
    model="text-davinci-003",
    prompt="Translate the following English text to French: 'Hello, how are you?'",
    max_tokens=60,
)
print(answer.choices[0].text.strip())
