#!/usr/bin/python3
"""requests from a pool of threads, one connection per request: what a first script looks like.

requests_client.py URL KEY_VARIABLE CA_FILE BODIES THREADS ANSWERS
BODIES holds one request body per line. Prints the number of good answers.
"""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import requests


def main(url, key_variable, ca_file, bodies_file, threads, answers):
    with open(bodies_file, encoding="utf-8") as file:
        bodies = [line.rstrip("\n") for line in file]
    prompts = [json.loads(body)["prompt"] for body in bodies]
    headers = {"Authorization": "Bearer " + os.environ[key_variable],
               "Content-Type": "application/json"}

    def ask(number):
        index = number % len(bodies)
        answer = requests.post(url + "/completions", data=bodies[index].encode(), headers=headers,
                               verify=ca_file, timeout=60)
        if answer.status_code != 200:
            return 0
        logprobs = answer.json()["choices"][0]["logprobs"]
        if not "".join(logprobs["tokens"]).startswith(prompts[index]):
            return 0
        sum(value for value in logprobs["token_logprobs"] if value is not None)
        return 1

    with ThreadPoolExecutor(threads) as pool:
        print(sum(pool.map(ask, range(answers))))


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]), int(sys.argv[6]))
