#!/usr/bin/python3
"""aiohttp, N requests in flight over keep-alive connections: echo compared, log-probs summed.

aiohttp_client.py URL KEY_VARIABLE CA_FILE BODIES CONCURRENCY ANSWERS
BODIES holds one request body per line. Prints the number of good answers.
"""
import asyncio
import json
import os
import ssl
import sys

import aiohttp


def response_sum(body, prompt):
    """Sum of the log-probs, or None when the echo is not what was sent."""
    logprobs = json.loads(body)["choices"][0]["logprobs"]
    if not "".join(logprobs["tokens"]).startswith(prompt):
        return None
    return sum(value for value in logprobs["token_logprobs"] if value is not None)


async def main(url, key_variable, ca_file, bodies_file, concurrency, answers):
    with open(bodies_file, encoding="utf-8") as file:
        bodies = [line.rstrip("\n") for line in file]
    prompts = [json.loads(body)["prompt"] for body in bodies]
    headers = {"Authorization": "Bearer " + os.environ[key_variable],
               "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(
        limit=concurrency, ssl=ssl.create_default_context(cafile=ca_file))
    good = 0
    numbers = iter(range(answers))

    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def worker():
            nonlocal good
            for number in numbers:
                index = number % len(bodies)
                async with session.post(url + "/completions", data=bodies[index]) as answer:
                    body = await answer.read()
                    if answer.status == 200 and response_sum(body, prompts[index]) is not None:
                        good += 1

        await asyncio.gather(*(worker() for _ in range(concurrency)))
    print(good)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5], int(sys.argv[5]), int(sys.argv[6])))
