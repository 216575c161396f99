"""An application with a tool: the model asks for a number, the program looks it up. Needs `pip install openai`."""

import json

import openai

TOOL = {
    "type": "function",
    "function": {
        "name": "stock",
        "description": "How many pieces of an article are in the store.",
        "parameters": {
            "type": "object",
            "properties": {"article": {"type": "string", "description": "Name of the article"}},
            "required": ["article"],
        },
    },
}


def stock(article: str) -> str:
    return json.dumps({"article": article, "pieces": 7})


client = openai.OpenAI()  # address and key: OPENAI_BASE_URL and OPENAI_API_KEY of the environment
messages = [{"role": "user", "content": "How many blue lamps do we have?"}]

asked = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]).choices[0].message
messages.append(asked)
for call in asked.tool_calls:
    found = stock(**json.loads(call.function.arguments))
    print(f"{call.function.name}: {found}")
    messages.append({"role": "tool", "tool_call_id": call.id, "content": found})

answer = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL])
print(answer.choices[0].message.content)
