#include "config/key_table.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace assay::config {
namespace {

constexpr std::int64_t count_max = 1'000'000'000'000;
constexpr std::int64_t nanos_per_usd = 1'000'000'000;
constexpr std::int64_t milli_per_hour = 3'600'000;

constexpr Bounds counts{1, count_max};
constexpr Bounds deadlines{1, 24 * milli_per_hour};
constexpr Bounds walls{1000, 365 * 24 * milli_per_hour};
constexpr Bounds prices{0, 1'000'000 * nanos_per_usd};

// A key's field: `FIELD(config->run.seed)`.
#define FIELD(member) [](const Subject& subject) -> Field { return &subject.member; }

// clang-format off: rows of a table read better than columns of arguments.
std::vector<Key> run_keys() {
  return {
      {"run", "dir", Shape::text, "--output", "-o", "", {}, {},
       "The run directory, created when missing", FIELD(config->run.dir)},
      {"run", "seed", Shape::seed, "--seed", "", "0", {}, {},
       "Seed of everything random; the same seed gives the same run", FIELD(config->run.seed)},
      {"run", "detail", Shape::choice, "--detail", "", "standard", {},
       {"minimal", "standard", "detailed", "debug"},
       "How much of each answer the journal keeps", FIELD(config->run.detail)},
      {"run", "on_failure", Shape::choice, "--on-failure", "", "mark", {},
       {"fail_fast", "mark", "skip"},
       "Stop at the first failed row, mark it and go on, or leave it out of the results and go on",
       FIELD(config->run.on_failure)},
      // One row in a hundred missing moves an estimate on [0, 1] by at most 0.01.
      {"run", "max_failure_rate", Shape::fraction, "--max-failure-rate", "", "0.01", {0, 1}, {},
       "Share of rows that may fail before the exit code is 3",
       FIELD(config->run.max_failure_rate)},
      {"run", "loops", Shape::auto_count, "--loops", "", "auto", {1, 256}, {},
       "Event loops; auto: one per core", FIELD(config->run.loops)},
      {"run", "unverified", Shape::boolean, "--unverified", "", "false", {}, {},
       "Score without a capability certificate of `assay doctor`; every summary says so",
       FIELD(config->run.unverified)},
      {"run", "canaries", Shape::choice, "--canaries", "", "auto", {}, {"auto", "always", "never"},
       "Score a few fixed texts again during the run, to notice a model that changes; auto: unless "
       "unverified", FIELD(config->run.canaries)},
      // A drift is noticed before more than this is in doubt; two texts each cost little beside it.
      {"run", "canary_items", Shape::count, "--canary-items", "", "5000", counts, {},
       "Canaries at the latest after so many items", FIELD(config->run.canary_items)},
      {"run", "canary_interval", Shape::duration, "--canary-interval", "", "10m", walls, {},
       "And after so much time", FIELD(config->run.canary_interval)},
  };
}

std::vector<Key> data_keys() {
  return {
      {"data", "path", Shape::paths, "--input", "-i", "", {}, {},
       "Files or directories with the samples, relative to the working directory",
       FIELD(config->data.paths)},
      {"data", "format", Shape::choice, "--format", "", "auto", {},
       {"auto", "plain", "cje-logged", "cje-draws", "cje-logprobs", "lm-eval"},
       "What the files hold; auto: decided per file", FIELD(config->data.format)},
      {"data", "bad_rows", Shape::choice, "--bad-rows", "", "refuse", {}, {"refuse", "mark"},
       "Refuse a data set with an unusable row, or mark the row and go on",
       FIELD(config->data.bad_rows)},
      {"data", "score_range", Shape::range, "--score-range", "", "", {}, {},
       "Range of judge scores and labels; a row outside is unusable",
       FIELD(config->data.score_range)},
  };
}

std::vector<Key> endpoint_keys() {
  return {
      {"endpoints", "name", Shape::name, "", "", "", {}, {},
       "What policies and results call it", FIELD(endpoint->name)},
      {"endpoints", "dialect", Shape::name, "--dialect", "", "openai", {}, {},
       "The provider's way of speaking", FIELD(endpoint->dialect)},
      {"endpoints", "base_url", Shape::url, "--base-url", "", "", {}, {},
       "Address of the API, for example https://127.0.0.1:8443/v1", FIELD(endpoint->base_url)},
      {"endpoints", "api_key_env", Shape::variable, "--api-key-env", "", "", {}, {},
       "Name of the environment variable that holds the key", FIELD(endpoint->api_key_env)},
      {"endpoints", "api_key_file", Shape::text, "--api-key-file", "", "", {}, {},
       "File that holds the key, readable by its owner only", FIELD(endpoint->api_key_file)},
      {"endpoints", "api_key_command", Shape::text, "--api-key-command", "", "", {}, {},
       "Command that prints the key", FIELD(endpoint->api_key_command)},
      {"endpoints", "ca_file", Shape::text, "--ca-file", "", "", {}, {},
       "PEM file of a private authority, added to the system's", FIELD(endpoint->ca_file)},
      {"endpoints", "http", Shape::choice, "--http", "", "auto", {}, {"auto", "1.1", "2"},
       "Version of HTTP; auto: 2 where the server offers it", FIELD(endpoint->http)},
      {"endpoints", "compression", Shape::choice, "--compression", "", "none", {}, {"none", "gzip"},
       "Of answers; gzip: half the bytes on the link for more CPU than all else",
       FIELD(endpoint->compression)},
      {"endpoints", "limits.requests_per_minute",
       Shape::auto_count, "--rpm", "", "auto", counts, {},
       "Requests per minute; auto: learnt from the provider's headers",
       FIELD(endpoint->limits.requests_per_minute), Reach::each},
      {"endpoints", "limits.tokens_per_minute", Shape::auto_count, "--tpm", "", "auto", counts, {},
       "Tokens per minute; auto: learnt from the provider's headers",
       FIELD(endpoint->limits.tokens_per_minute), Reach::each},
      {"endpoints", "limits.input_tokens_per_minute", Shape::auto_count, "", "", "auto", counts, {},
       "Input tokens per minute, where the provider counts them apart; auto: learnt from its headers",
       FIELD(endpoint->limits.input_tokens_per_minute), Reach::each},
      {"endpoints", "limits.input_tokens_per_second", Shape::auto_count, "", "", "auto", counts, {},
       "Input tokens per second, where the provider counts by seconds; auto: no such limit",
       FIELD(endpoint->limits.input_tokens_per_second), Reach::each},
      {"endpoints", "limits.requests_per_day", Shape::auto_count, "--rpd", "", "auto", counts, {},
       "Requests per day; auto: learnt from the provider's headers",
       FIELD(endpoint->limits.requests_per_day), Reach::each},
      {"endpoints", "limits.concurrency",
       Shape::auto_count, "--concurrency", "-j", "auto", {1, 100'000}, {},
       "Requests in flight at once; auto: found by probing",
       FIELD(endpoint->limits.concurrency), Reach::each},
      {"endpoints", "prompts_per_request",
       Shape::count, "--prompts-per-request", "", "1", {1, 2048}, {},
       "Prompts in one request, where the dialect takes several",
       FIELD(endpoint->prompts_per_request), Reach::each},
      {"endpoints", "price.input_usd_per_million",
       Shape::money, "--input-price", "", "", prices, {},
       "US dollars per million input tokens; when absent the listed price, else unknown, never zero",
       FIELD(endpoint->input_usd_per_million)},
      {"endpoints", "price.output_usd_per_million",
       Shape::money, "--output-price", "", "", prices, {},
       "US dollars per million output tokens", FIELD(endpoint->output_usd_per_million)},
  };
}

std::vector<Key> policy_keys() {
  return {
      {"policies", "name", Shape::name, "--policy-name", "", "", {}, {},
       "What results call it", FIELD(policy->name)},
      {"policies", "model", Shape::text, "--model", "", "", {}, {},
       "The model as the endpoint calls it", FIELD(policy->model)},
      {"policies", "weights", Shape::text, "--weights", "", "", {}, {},
       "Identity of the weights, shared by endpoints that serve the same; default: address, "
       "model and revision",
       FIELD(policy->weights)},
      {"policies", "revision", Shape::text, "--revision", "", "", {}, {},
       "Pinned revision of the model, part of the default identity", FIELD(policy->revision)},
      {"policies", "endpoints", Shape::names, "", "", "", {}, {},
       "Names of the endpoints that serve it, the first preferred", FIELD(policy->endpoints)},
      {"policies", "template", Shape::name, "--template", "", "none", {}, {},
       "Chat template around prompt and response", FIELD(policy->template_name)},
      {"policies", "system_prompt", Shape::text, "--system-prompt", "", "", {}, {},
       "System prompt; part of what is measured", FIELD(policy->system_prompt)},
      {"policies", "method", Shape::choice, "--method", "", "echo", {},
       {"echo", "ids", "two_call", "forced"},
       "How scores are got: from the echo of the text, by token ids (exact at the boundary), as the "
       "difference of two texts (grade C), or token by token (slow)",
       FIELD(policy->method)},
      {"policies", "date", Shape::text, "--template-date", "", "", {}, {},
       "The date a template writes, in its own form; pinned, since a context that drifts is another "
       "policy each day",
       FIELD(policy->date)},
      {"policies", "end_of_turn", Shape::choice, "--end-of-turn", "", "left_out", {},
       {"left_out", "scored"},
       "Whether the end-of-turn text is scored where finish_reason says that the response ended",
       FIELD(policy->end_of_turn)},
      {"policies", "replicates", Shape::count, "", "", "", {1, 100}, {},
       "How often each row is scored: the spread tells the provider's noise; N times the cost",
       FIELD(policy->replicates)},
      {"policies", "budget.usd", Shape::money, "", "", "", {1, 1'000'000'000 * nanos_per_usd}, {},
       "US dollars that this policy may spend over all resumes", FIELD(policy->budget.usd)},
      {"policies", "budget.tokens", Shape::count, "", "", "", counts, {},
       "Tokens that may be sent and received for this policy over all resumes",
       FIELD(policy->budget.tokens)},
      {"policies", "budget.requests", Shape::count, "", "", "", counts, {},
       "Requests that may be sent for this policy over all resumes",
       FIELD(policy->budget.requests)},
      {"policies", "budget.wall", Shape::duration, "", "", "", walls, {},
       "Time of each session after which nothing more is sent for this policy",
       FIELD(policy->budget.wall)},
  };
}

std::vector<Key> template_keys() {
  return {
      {"templates", "name", Shape::name, "", "", "", {}, {},
       "What policies call it", FIELD(chat_template->name)},
      {"templates", "bos", Shape::text, "", "", "", {}, {},
       "Once, at the very start", FIELD(chat_template->bos)},
      {"templates", "head", Shape::text, "", "", "", {}, {},
       "Always there, behind bos; {date} stands for the policy's date", FIELD(chat_template->head)},
      {"templates", "system_place", Shape::choice, "", "", "block", {},
       {"block", "first_user", "last_user", "nowhere"},
       "Where a system prompt goes", FIELD(chat_template->system_place)},
      {"templates", "system_prefix", Shape::text, "", "", "", {}, {},
       "Before the system text", FIELD(chat_template->system_prefix)},
      {"templates", "system_suffix", Shape::text, "", "", "", {}, {},
       "Behind the system text", FIELD(chat_template->system_suffix)},
      {"templates", "system_default", Shape::text, "", "", "", {}, {},
       "The system text where neither policy nor sample has one",
       FIELD(chat_template->system_default)},
      {"templates", "user_prefix", Shape::text, "", "", "", {}, {},
       "Before a user's text", FIELD(chat_template->user_prefix)},
      {"templates", "user_suffix", Shape::text, "", "", "", {}, {},
       "Behind a user's text", FIELD(chat_template->user_suffix)},
      {"templates", "assistant_prefix", Shape::text, "", "", "", {}, {},
       "Before an earlier answer", FIELD(chat_template->assistant_prefix)},
      {"templates", "assistant_suffix", Shape::text, "", "", "", {}, {},
       "Behind an earlier answer", FIELD(chat_template->assistant_suffix)},
      {"templates", "between", Shape::text, "", "", "", {}, {},
       "Between two turns", FIELD(chat_template->between)},
      {"templates", "opening", Shape::text, "", "", "", {}, {},
       "What the response follows", FIELD(chat_template->opening)},
      {"templates", "end_of_turn", Shape::text, "", "", "", {}, {},
       "What the model writes when its answer is over", FIELD(chat_template->end_of_turn)},
      {"templates", "trim", Shape::choice, "", "", "nothing", {}, {"nothing", "messages"},
       "Whether messages lose the white space around them; a response never does",
       FIELD(chat_template->trim)},
  };
}

std::vector<Key> budget_keys() {
  return {
      {"budget", "usd", Shape::money, "--max-cost", "", "", {1, 1'000'000'000 * nanos_per_usd}, {},
       "US dollars that may be spent over all resumes; needs prices, stated or listed",
       FIELD(config->budget.usd)},
      {"budget", "tokens", Shape::count, "--max-total-tokens", "", "", counts, {},
       "Tokens that may be sent and received over all resumes", FIELD(config->budget.tokens)},
      {"budget", "requests", Shape::count, "--max-requests", "", "", counts, {},
       "Requests that may be sent over all resumes", FIELD(config->budget.requests)},
      {"budget", "wall", Shape::duration, "--max-duration", "", "", walls, {},
       "Time of each session after which the run drains and saves", FIELD(config->budget.wall)},
  };
}

// Reasons for the defaults: reliability.md, "Retry, time-outs, breaker".
std::vector<Key> shell_keys() {
  return {
      {"network", "connect", Shape::duration, "--connect-timeout", "", "5s", deadlines, {},
       "Longest wait for a connection", FIELD(config->network.connect)},
      {"network", "handshake", Shape::duration, "--handshake-timeout", "", "10s", deadlines, {},
       "Longest wait for the TLS handshake", FIELD(config->network.handshake)},
      {"network", "first_byte", Shape::duration, "--first-byte-timeout", "", "2m", deadlines, {},
       "Longest wait for an answer's first byte", FIELD(config->network.first_byte)},
      {"network", "between_bytes", Shape::duration, "--idle-timeout", "", "30s", deadlines, {},
       "Longest silence inside an answer", FIELD(config->network.between_bytes)},
      // An idle limit alone never ends a drip of one byte a second.
      {"network", "total", Shape::duration, "--timeout", "", "5m", deadlines, {},
       "Longest exchange as a whole", FIELD(config->network.total)},
      // The customary limit is 1,024 descriptors; journal, log and listening sockets need the rest.
      {"network", "connections_max", Shape::count, "--max-connections", "", "1000", {1, 65'535}, {},
       "Connections open at once", FIELD(config->network.connections_max)},
      {"retry", "attempts", Shape::count, "--attempts", "", "5", {1, 100}, {},
       "Attempts of one item in total, the first included", FIELD(config->retry.attempts)},
      {"retry", "row_deadline", Shape::duration, "--row-deadline", "", "15m", walls, {},
       "Longest time from an item's first attempt to its last", FIELD(config->retry.row_deadline)},
  };
}
// clang-format on

#undef FIELD

std::vector<Key> make_table() {
  std::vector<Key> table;
  const Key logging{
      "logging_policy",
      "",
      Shape::name,
      "--logging-policy",
      "",
      "",
      {},
      {},
      "The policy that wrote the logged responses",
      [](const Subject& subject) -> Field { return &subject.config->logging_policy; }};
  for (auto keys : {run_keys(),
                    data_keys(),
                    endpoint_keys(),
                    policy_keys(),
                    template_keys(),
                    std::vector{logging},
                    budget_keys(),
                    shell_keys()}) {
    table.insert(table.end(), keys.begin(), keys.end());
  }
  return table;
}

}  // namespace

std::span<const Key> key_table() {
  static const std::vector<Key> table = make_table();
  return table;
}

std::span<const std::string_view> sections() {
  static constexpr std::array<std::string_view, 9> names = {"run",
                                                            "data",
                                                            "endpoints",
                                                            "policies",
                                                            "templates",
                                                            "logging_policy",
                                                            "budget",
                                                            "network",
                                                            "retry"};
  return names;
}

bool is_list_section(std::string_view section) {
  return section == "endpoints" || section == "policies" || section == "templates";
}

const Key* find_key(std::string_view section, std::string_view name) {
  const auto found = std::ranges::find_if(
      key_table(), [&](const Key& key) { return key.section == section && key.name == name; });
  return found == key_table().end() ? nullptr : &*found;
}

const Key* find_flag(std::string_view flag) {
  if (flag.empty()) return nullptr;
  const auto found = std::ranges::find(key_table(), flag, &Key::flag);
  return found == key_table().end() ? nullptr : &*found;
}

std::string variable_of(const Key& key) {
  if (key.flag.empty()) return {};
  std::string name = "ASSAY_";
  for (const char c : key.flag.substr(2)) {
    name += c == '-' ? '_' : static_cast<char>(c - (c >= 'a' && c <= 'z' ? 'a' - 'A' : 0));
  }
  return name;
}

}  // namespace assay::config
