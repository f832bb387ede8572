#!/usr/bin/python3
"""How much CPU does an answer cost, proved and in the journal, against clients that do less?

Run by scripts/bench. The provider is `assay teacher --precomputed` over TLS, pinned to one core;
every client is pinned to the other and posts the same bodies: about 3.4 KB, answered by 35 KB with
988 tokens. Runs are interleaved: each round runs every client once. CPU is user and system time of
the client's whole process (start, handshakes, data loading and all), by wait4. Medians of the rounds,
with least and greatest. A ratio is the median of the rounds' own ratios: what is compared runs within
seconds, for machines that are shared change their speed within minutes.

wrk, h2load and transport parse nothing and throw answers away; wrk and h2load do not verify the
certificate either. curl_multi, aiohttp and requests compare the echo and sum the log-probs. assay
proves each answer and has it synced to its journal before it counts; with gzip it asks for answers
compressed (2.3 times smaller here) and inflates them. h2 CxS: HTTP/2 over C
connections with S requests at once on each.
"""
import argparse
import json
import os
import re
import shutil
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY = "BENCH_KEY"
BODIES = 200  # distinct ones; the provider keeps each answer in memory


class Provider:
    """The teacher, pinned to one core, until stop()."""

    def __init__(self, assay, folder, core, *options):
        self.state = folder / "teacher"
        self.process = subprocess.Popen(
            pinned(core, [assay, "teacher", "--state", self.state, "--precomputed", "--json",
                          "--alternatives", "0", "--api-key-env", KEY, *options]),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["base_url"]
        self.ca_file = self.state / "ca.pem"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def pinned(core, argv):
    return ["taskset", "-c", str(core), *map(str, argv)]


def spent(argv, core, build, environment=None):
    """Runs a client to its end: its output, CPU seconds, wall seconds, peak memory in MB."""
    ended = subprocess.run(pinned(core, [build / "bench/bench_spent", *argv]),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           env={**os.environ, **(environment or {})}, check=False)
    if ended.returncode != 0:
        sys.exit(f"end_to_end.py: {argv[0]} ended with {ended.returncode}:\n{ended.stdout}")
    text, figures_line = ended.stdout.rstrip("\n").rsplit("\n", 1)
    cpu, wall, kilobytes = map(float, figures_line.split())
    return text, cpu, wall, kilobytes / 1024


def made_texts(assay):
    """Prompt and response of each distinct body: about 3.4 KB and a thousand tokens. Sentences of the
    teacher's own are 6 bytes a token, so every fifth word is turned round to come to the 3.4 of real
    tokenizers on real prompts."""
    lines = subprocess.run([assay, "teacher", "--make-data", str(BODIES * 80)], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    texts, at = [], 0
    for _ in range(BODIES):
        prompt = ""
        while len(prompt) < 3250:
            words = (rows[at]["prompt"] + rows[at]["response"]).split()
            prompt += " ".join(word if number % 5 else word[::-1]
                               for number, word in enumerate(words)) + "\n"
            at = (at + 1) % len(rows)
        texts.append((prompt + rows[at]["prompt"], rows[at]["response"]))
        at = (at + 1) % len(rows)
    return texts


def write_inputs(folder, texts):
    """The data set for assay and the same request bodies for everybody else."""
    with open(folder / "data.jsonl", "w", encoding="utf-8") as data, \
            open(folder / "bodies.jsonl", "w", encoding="utf-8") as bodies:
        for number, (prompt, response) in enumerate(texts):
            data.write(json.dumps({"id": f"row_{number}", "prompt": prompt,
                                   "response": response}) + "\n")
            bodies.write(json.dumps({
                "model": "teacher-base", "prompt": prompt + response, "max_tokens": 1,
                "echo": True, "logprobs": 1, "temperature": 1, "top_p": 1, "n": 1,
                "stream": False}, separators=(",", ":")) + "\n")
    with open(folder / "one_body.json", "w", encoding="utf-8") as one:
        one.write((folder / "bodies.jsonl").read_text(encoding="utf-8").split("\n", 1)[0])


def policy_lines(count):
    """Each policy claims weights of its own, so that the same bodies are new work under each."""
    return "".join(f"  - {{name: p{n}, model: teacher-base, weights: w{n}, endpoints: [local]}}\n"
                   for n in range(count))


def config_text(run, folder, provider, concurrency, policies, detail, http, compression="none"):
    return f"""run: {{dir: {run}, detail: {detail}, loops: 1, max_failure_rate: 1.0, unverified: true}}
data: {{path: {folder / 'data.jsonl'}}}
endpoints:
  - name: local
    dialect: openai
    base_url: {provider.url}
    api_key_env: {KEY}
    ca_file: {provider.ca_file}
    http: {http}
    compression: {compression}
    limits: {{concurrency: {concurrency}}}
network: {{connections_max: 10000}}
policies:
{policies}"""


class Bench:
    def __init__(self, arguments, folder):
        self.assay = arguments.build / "assay"
        self.build = arguments.build
        self.folder = folder
        self.client_core, server_core = arguments.cores
        self.policies = arguments.policies
        self.answers = BODIES * arguments.policies
        os.environ[KEY] = "bench-key"
        os.environ.pop("SSL_CERT_FILE", None)  # what it names is read at each start
        write_inputs(folder, made_texts(self.assay))
        self.provider = Provider(self.assay, folder, server_core)
        self.slow = Provider(self.assay, folder / "slow", server_core, "--latency",
                             "100ms+-50ms") if arguments.latency else None
        self.late = Provider(self.assay, folder / "late", server_core, "--latency",
                             "4s+-2s") if arguments.memory else None
        self.awkward = [Provider(self.assay, folder / f"awkward{number}", server_core, "--latency",
                                 "100ms+-50ms", "--http", "1.1", *fault)
                        for number, fault in enumerate(AWKWARD.values())] if arguments.latency else []
        self.runs = 0

    def providers(self):
        return [provider for provider in (self.provider, self.slow, self.late, *self.awkward)
                if provider]

    def stop(self):
        for provider in self.providers():
            provider.stop()

    def describe(self):
        """What one answer is."""
        with open(self.folder / "bodies.jsonl", "rb") as bodies:
            body = bodies.readline()
        request = urllib.request.Request(
            self.provider.url + "/completions", data=body,
            headers={"Authorization": "Bearer " + os.environ[KEY],
                     "Content-Type": "application/json"})
        context = ssl.create_default_context(cafile=self.provider.ca_file)
        with urllib.request.urlopen(request, context=context) as answer:
            text = answer.read()
        tokens = len(json.loads(text)["choices"][0]["logprobs"]["tokens"])
        return {"request_bytes": len(body), "answer_bytes": len(text), "tokens": tokens,
                "distinct_bodies": BODIES}

    def measured(self, argv, answers_of, environment=None):
        text, cpu, wall, memory = spent(argv, self.client_core, self.build, environment)
        answers = answers_of(text)
        if answers == 0:
            sys.exit(f"end_to_end.py: no good answer of {argv[0]}:\n{text}")
        return {"answers": answers, "cpu_us": cpu / answers * 1e6, "rate": answers / wall,
                "rss_mb": memory}

    def simple(self, program, concurrency, answers, provider=None, more=()):
        provider = provider or self.provider
        argv = [*program, provider.url, KEY, provider.ca_file, self.folder / "bodies.jsonl",
                concurrency, answers, *more]
        return self.measured(argv, lambda text: int(re.findall(r"^\d+$", text, re.M)[0]))

    def transport(self, concurrency, answers, provider=None, http="1.1"):
        return self.simple([self.build / "bench/bench_transport"], concurrency, answers, provider,
                           [http])

    def idle_connection(self):
        """Memory of an idle connection in KB: what 2,000 more of them add."""
        def resident(connections):
            provider = self.late or self.slow or self.provider
            argv = [self.build / "bench/bench_transport", provider.url, KEY, provider.ca_file,
                    self.folder / "bodies.jsonl", connections, 2 * connections, "1.1"]
            text = spent(argv, self.client_core, self.build)[0]
            return map(int, re.search(r"(\d+) KB, (\d+) idle", text).groups())

        few_kb, few = resident(200)
        many_kb, many = resident(2200)
        return {"kb": (many_kb - few_kb) / (many - few)}

    def wrk(self, concurrency, seconds, provider=None):
        argv = ["wrk", "-t1", f"-c{concurrency}", f"-d{seconds}s", "--timeout", "60s", "-s",
                ROOT / "bench/rivals/wrk_bodies.lua", (provider or self.provider).url + "/completions"]
        return self.measured(
            argv, lambda text: int(re.search(r"answers (\d+) bad 0\b", text).group(1)),
            {"BENCH_BODIES": str(self.folder / "bodies.jsonl")})

    def journal(self):
        text = spent([self.build / "bench/bench_journal_append"], self.client_core, self.build)[0]
        return {"cpu_us": float(text.split()[0])}

    def h2load(self, answers, *shape):
        argv = ["h2load", *shape, "-t1", f"-n{answers}", "-d",
                self.folder / "one_body.json", "-H", "content-type: application/json", "-H",
                f"authorization: Bearer {os.environ[KEY]}", self.provider.url + "/completions"]
        return self.measured(argv,
                             lambda text: int(re.search(r"(\d+) 2xx", text).group(1)))

    def score(self, concurrency, detail="standard", provider=None, http="1.1", compression="none",
              policies=None):
        self.runs += 1
        run = self.folder / f"run{self.runs}"
        config = self.folder / "config.yaml"
        config.write_text(config_text(run, self.folder, provider or self.provider, concurrency,
                                      policy_lines(policies or self.policies), detail, http, compression))
        answers = BODIES * (policies or self.policies)

        def good(text):
            summary = json.loads((run / "summary.json").read_text())
            policies = summary["policies"]
            proved = sum(policy["ok"] for policy in policies)
            # Where a token spans prompt and response the answer is refused, rightly, after the same
            # work; anything else is a fault.
            refused = sum(policy["failures"].get("boundary_inside_token", 0)
                          for policy in policies)
            if proved + refused != answers or proved < 0.95 * answers:
                sys.exit(f"end_to_end.py: {proved} of {answers} answers proved:\n{text}")
            return proved + refused

        result = self.measured([self.assay, "score", "-c", config, "-q"], good)
        result["journal_bytes"] = sum(f.stat().st_size for f in (run / "journal").iterdir())
        shutil.rmtree(run)
        return result


# Providers that make a client connect again and again, and one to hold them against: by the client's
# name.
AWKWARD = {
    "assay score c=64, 100 ms, connections kept": (),
    "assay score c=64, 100 ms, closed after each answer": ("--fault", "go-away"),
    "assay score c=64, 100 ms, closed before reuse": ("--fault", "close-behind-answer"),
}

CLIENTS = {
    "wrk c=64": "discards",
    "h2load --h1 c=64": "discards",
    "h2load h2 10x100": "discards",
    "assay transport c=64": "discards",
    "assay transport h2 10x100": "discards",
    "curl multi + simdjson c=64": "verifies",
    "aiohttp c=64": "verifies",
    "requests, 10 threads": "verifies",
    "assay score c=64": "proves, journal",
    "assay score c=64, detailed": "proves, journal",
    "assay score h2 c=64": "proves, journal",
    "assay score h2 10x100": "proves, journal",
    "assay score c=64, gzip": "proves, journal",
    "requests, 10 threads, 100 ms": "verifies",
    "assay score h2 40x100, 100 ms": "proves, journal",
    **dict.fromkeys(AWKWARD, "proves, journal"),
    "wrk c=10000, 4 s": "discards",
    "assay score c=10000, 4 s": "proves, journal",
    "assay score h2 100x100, 4 s": "proves, journal",
}


def round_of(bench, quick):
    """Every client once."""
    yield "journal", bench.journal()
    few, some = (200, 1000) if quick else (400, 3000)
    seconds = 1 if quick else 3
    rivals = ROOT / "bench/rivals"
    discarded = 2 * bench.answers  # about as many as wrk has in its seconds
    # At 100 ms the first and the last requests leave a run half empty for a quarter of a second.
    lasting = bench.policies if quick else 3 * bench.policies
    runs = {
        "h2load --h1 c=64": lambda: bench.h2load(discarded, "--h1", "-c64"),
        "h2load h2 10x100": lambda: bench.h2load(discarded, "-c10", "-m100"),
        "assay transport c=64": lambda: bench.transport(64, discarded),
        "wrk c=64": lambda: bench.wrk(64, seconds),
        "assay transport h2 10x100": lambda: bench.transport(1000, discarded, http="2"),
        "assay score h2 10x100": lambda: bench.score(1000, http="2"),
        "assay score c=64": lambda: bench.score(64),
        "curl multi + simdjson c=64":
            lambda: bench.simple([bench.build / "bench/rival_curl_multi"], 64, bench.answers),
        "aiohttp c=64": lambda: bench.simple([rivals / "aiohttp_client.py"], 64, some),
        "requests, 10 threads": lambda: bench.simple([rivals / "requests_client.py"], 10, few),
        "assay score c=64, gzip": lambda: bench.score(64, compression="gzip"),
        "assay score c=64, detailed": lambda: bench.score(64, "detailed"),
        "assay score h2 c=64": lambda: bench.score(64, http="2", policies=lasting),
    }
    if bench.slow:
        runs["assay score h2 40x100, 100 ms"] = \
            lambda: bench.score(4000, provider=bench.slow, http="2", policies=lasting)
        runs["requests, 10 threads, 100 ms"] = \
            lambda: bench.simple([rivals / "requests_client.py"], 10, few, bench.slow)
    for number, name in enumerate(AWKWARD if bench.awkward else ()):
        runs[name] = \
            lambda number=number: bench.score(64, provider=bench.awkward[number], policies=10)
    for name, run in runs.items():
        yield name, run()


def memory_of(bench):
    """Ten thousand in flight, and idle connections: once, memory does not vary as time does."""
    yield "idle", bench.idle_connection()
    yield "assay score h2 100x100, 4 s", bench.score(10000, provider=bench.late, http="2")
    yield "assay score c=10000, 4 s", bench.score(10000, provider=bench.late)
    yield "wrk c=10000, 4 s", bench.wrk(10000, 25, bench.late)


def median(results, client, figure):
    return statistics.median(result[figure] for result in results[client])


def figures(results):
    """The table of what must hold: name, value, whether less is better, bar, aim."""
    def over(a, b, figure="cpu_us"):
        if a not in results or b not in results:
            return None
        pairs = zip(results[a], results[b])
        return statistics.median(one[figure] / other[figure] for one, other in pairs)

    def share_of_journal():
        return 100 * median(results, "journal", "cpu_us") / median(
            results, "assay score c=64", "cpu_us") if "journal" in results else None

    def only(client, figure):
        return median(results, client, figure) if client in results else None

    score, wrk = "assay score c=64", "wrk c=64"
    http2 = "assay score h2 10x100"
    many = "assay score h2 40x100, 100 ms"
    kept, *closed = AWKWARD
    return [
        ("CPU per answer proved and journalled, over wrk that discards", over(score, wrk),
         "at most", 2.0, 1.5),
        ("the same over HTTP/2, 10 connections", over(http2, wrk), "at most", 2.0, 1.5),
        ("transport alone, over wrk", over("assay transport c=64", wrk), "at most", 1.0, 0.8),
        ("transport alone over HTTP/2, over wrk", over("assay transport h2 10x100", wrk),
         "at most", 1.0, 0.8),
        ("CPU per answer proved and journalled, over curl multi + simdjson",
         over(score, "curl multi + simdjson c=64"), "at most", 0.75, 0.55),
        ("throughput per core, over aiohttp c=64", over("aiohttp c=64", score), "at least", 10, 14),
        ("throughput per core, over requests with 10 threads",
         over("requests, 10 threads", score), "at least", 35, 45),
        ("provider at 100 +- 50 ms: samples/s, over requests with 10 threads",
         over(many, "requests, 10 threads, 100 ms", "rate"), "at least", 150, 200),
        *((f"samples/s, {name}", over(name, kept, "rate"), "at least", 0.95, 1.0)
          for name in closed),
        ("CPU per answer with 4,000 in flight, over 64 in flight (HTTP/2)",
         over(many, "assay score h2 c=64"), "at most", 1.15, 1.05),
        ("peak MB with 10,000 in flight over HTTP/2",
         only("assay score h2 100x100, 4 s", "rss_mb"), "at most", 64, 32),
        ("peak memory with 10,000 in flight over HTTP/1.1, over wrk's",
         over("assay score c=10000, 4 s", "wrk c=10000, 4 s", "rss_mb"), "at most", 0.55, 0.4),
        ("KB of memory per added idle TLS connection", only("idle", "kb"), "at most", 28, 24),
        ("the journal's share of the CPU per answer, in percent",
         share_of_journal(), "at most", 10, 5),
        ("CPU with answers compressed by gzip, over answers as they are",
         over("assay score c=64, gzip", score), "at most", None, None),
        ("CPU at `detailed`, over `standard`", over("assay score c=64, detailed", score),
         "at most", 1.25, 1.1),
    ]


def print_clients(results):
    print(f"\n{'client':<58} {'does':<16} {'req/s':>8} {'cpu us':>8}   {'least..greatest':<18}"
          f" {'RSS MB':>7} {'/ wrk':>6}")
    wrk = median(results, "wrk c=64", "cpu_us")
    for name, does in CLIENTS.items():
        if name not in results:
            continue
        cpu = [result["cpu_us"] for result in results[name]]
        span = f"{min(cpu):.1f}..{max(cpu):.1f}"
        print(f"{name:<58} {does:<16} {median(results, name, 'rate'):>8.0f}"
              f" {statistics.median(cpu):>8.1f}   {span:<18}"
              f" {median(results, name, 'rss_mb'):>7.0f} {statistics.median(cpu) / wrk:>6.2f}")


def print_figures(rows):
    print(f"\n{'it holds when':<72} {'value':>7}  {'bar':>14} {'aim':>6}")
    for name, value, sense, bar, aim in rows:
        if value is None:
            print(f"{name:<72} {'-':>7}  {sense:>8} {bar:>5} {aim:>6}  not measured")
            continue
        if bar is None:
            print(f"{name:<72} {value:>7.2f}  a choice: no bar")
            continue
        holds = value <= bar if sense == "at most" else value >= bar
        print(f"{name:<72} {value:>7.2f}  {sense:>8} {bar:>5} {aim:>6}  "
              f"{'holds' if holds else 'DOES NOT HOLD'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--policies", type=int, default=100, help="200 answers each")
    parser.add_argument("--cores", default="0,1", help="client's and server's")
    parser.add_argument("--no-latency", dest="latency", action="store_false")
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    parser.add_argument("--quick", action="store_true", help="one round, small")
    parser.add_argument("--json", type=Path, help="write all runs and figures there")
    arguments = parser.parse_args()
    arguments.cores = [int(core) for core in arguments.cores.split(",")]
    if arguments.quick:
        arguments.rounds, arguments.policies, arguments.memory = 1, 10, False
    results = {}
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name)
        bench = Bench(arguments, folder)
        try:
            for provider in bench.providers():
                bench.transport(64, BODIES, provider)  # fills its cache
            shape = bench.describe()
            for number in range(arguments.rounds):
                print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
                for client, result in round_of(bench, arguments.quick):
                    results.setdefault(client, []).append(result)
            if bench.late:
                for client, result in memory_of(bench):
                    results.setdefault(client, []).append(result)
        finally:
            bench.stop()
    rows = figures(results)
    print("One answer: {answer_bytes:,} bytes, {tokens} tokens, to a request of {request_bytes:,}"
          " bytes; {distinct_bodies} distinct ones".format(**shape))
    print_clients(results)
    print_figures(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps({
            "shape": shape,
            "runs": results,
            "figures": [dict(zip(("name", "value", "sense", "bar", "aim"), row)) for row in rows],
        }, indent=1) + "\n")


if __name__ == "__main__":
    main()
