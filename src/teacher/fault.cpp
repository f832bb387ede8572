#include "teacher/fault.hpp"

#include "core/rng.hpp"
#include "teacher/fault_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>
#include <utility>

namespace assay::teacher {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string_view nearest_name(std::string_view name) {
  const auto rows = fault_rows();
  return std::min_element(rows.begin(),
                          rows.end(),
                          [&](const FaultRow& a, const FaultRow& b) {
                            return edit_distance(name, a.name) < edit_distance(name, b.name);
                          })
      ->name;
}

template <class Number>
bool read(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::uint64_t number_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// In [0, 1), from everything that may decide and nothing else.
double lot(std::uint64_t seed,
           std::string_view name,
           const ContentKey& content,
           std::uint32_t attempt) {
  std::uint64_t words[2];
  std::memcpy(words, content.bytes.data(), sizeof words);
  auto mixed = Rng(seed ^ number_of(name))();
  mixed = Rng(mixed ^ words[0])();
  mixed = Rng(mixed ^ words[1])();
  return Rng(mixed ^ attempt).uniform();
}

bool strikes(const FaultRule& rule,
             std::uint64_t seed,
             const ContentKey& content,
             std::uint32_t attempt) {
  switch (rule.when) {
    case FaultRule::When::drawn:
      return lot(seed, rule.name, content, attempt) < rule.probability;
    case FaultRule::When::first:
      return attempt <= rule.attempts && lot(seed, rule.name, content, 0) < rule.probability;
    case FaultRule::When::always:
      return lot(seed, rule.name, content, 0) < rule.probability;
    case FaultRule::When::ordinal:
      return false;
  }
  return false;
}

bool read_when(std::string_view text, FaultRule& rule) {
  const auto colon = std::min(text.find(':'), text.size());
  if (!read(text.substr(0, colon), rule.probability)) return false;
  if (!(rule.probability >= 0 && rule.probability <= 1)) return false;
  if (colon == text.size()) return true;
  const auto attempts = text.substr(colon + 1);
  if (attempts == "always") {
    rule.when = FaultRule::When::always;
    return true;
  }
  rule.when = FaultRule::When::first;
  return read(attempts, rule.attempts) && rule.attempts > 0;
}

// "=0.05", or nothing for the table's amount.
Status read_amount(std::string_view text, FaultRule& rule) {
  rule.amount = rule.row->amount.value_or(0);
  if (text.empty()) return {};
  if (rule.row->amount && read(text.substr(1), rule.amount) && rule.amount > 0) return {};
  return fail(Errc::usage,
              rule.row->amount
                  ? fmt::format("fault {}: '{}' is not a number above 0; write {}={}",
                                rule.name,
                                text.substr(1),
                                rule.name,
                                *rule.row->amount)
                  : fmt::format("fault {} takes no amount; write {}", rule.name, rule.name));
}

}  // namespace

Result<FaultRule> parse_fault_rule(std::string_view text) {
  FaultRule rule;
  const auto mark = std::min(text.find_first_of(":@"), text.size());
  const auto equals = std::min(text.find('='), mark);
  rule.name = text.substr(0, equals);
  rule.row = fault_row(rule.name);
  if (rule.row == nullptr) {
    return fail(
        Errc::usage,
        fmt::format(
            "there is no fault '{}'; did you mean '{}'?", rule.name, nearest_name(rule.name)));
  }
  if (auto status = read_amount(text.substr(equals, mark - equals), rule); !status)
    return std::unexpected(status.error());
  const auto rest = text.substr(std::min(mark + 1, text.size()));
  bool good = false;
  if (mark == text.size()) {
    rule.when = FaultRule::When::always;
    rule.probability = 1;
    good = true;
  } else if (mark < text.size() && text[mark] == '@') {
    rule.when = FaultRule::When::ordinal;
    good = read(rest, rule.ordinal) && rule.ordinal > 0;
  } else if (mark < text.size()) {
    good = read_when(rest, rule);
  }
  if (!good) {
    return fail(
        Errc::usage,
        fmt::format(
            "fault '{}' does not say when; write {}, {}:0.05, {}:0.05:2, {}:0.001:always or {}@17",
            text,
            rule.name,
            rule.name,
            rule.name,
            rule.name,
            rule.name));
  }
  return rule;
}

ContentKey content_digest(std::string_view model, std::string_view prompt) {
  std::string bytes;
  bytes.reserve(model.size() + 1 + prompt.size());
  bytes.append(model).push_back(
      '\0');  // a model's name holds no NUL, so the two cannot run together
  bytes.append(prompt);
  return digest_of(bytes);
}

const FaultRule* fault_for(const FaultPlan& plan,
                           const ContentKey& content,
                           std::uint32_t attempt) {
  for (const auto& rule : plan.rules) {
    if (strikes(rule, plan.seed, content, attempt)) return &rule;
  }
  return nullptr;
}

const FaultRule* fault_at(const FaultPlan& plan, std::uint64_t ordinal) {
  for (const auto& rule : plan.rules) {
    if (rule.when == FaultRule::When::ordinal && rule.ordinal == ordinal) return &rule;
  }
  return nullptr;
}

bool fails_for_good(const FaultPlan& plan, const ContentKey& content, std::uint32_t attempts_max) {
  for (std::uint32_t attempt = 1; attempt <= attempts_max; ++attempt) {
    if (fault_for(plan, content, attempt) == nullptr) return false;
  }
  return true;
}

std::vector<std::string_view> fault_names() {
  std::vector<std::string_view> names;
  for (const auto& row : fault_rows()) names.push_back(row.name);
  return names;
}

}  // namespace assay::teacher
