#include "config/price_table.hpp"

#include "assay/ensure.hpp"
#include "config/base_url.hpp"
#include "config/problems.hpp"
#include "config/yaml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::config {
namespace {

using Kind = YamlNode::Kind;

constexpr std::array<std::string_view, 7> fields{
    "host", "model", "input", "output", "cached", "date", "source"};

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](std::size_t at, std::size_t length, auto& value) {
    const char* end = text.data() + at + length;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc{} && read.ptr == end;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

// One row of the list, or a report of what is wrong with it.
class RowReader {
 public:
  RowReader(std::string_view file, const YamlNode& node, Problems& problems)
      : file_(file), node_(node), problems_(problems) {}

  std::optional<ListedPrice> read() {
    if (node_.kind != Kind::mapping) return report("is not a row such as {host: ..., model: ...}");
    for (const YamlNode& key : node_.keys) {
      if (std::ranges::find(fields, key.text) == fields.end())
        return report(fmt::format("has the unknown field '{}'", key.text));
    }
    const auto host = text("host");
    const auto model = text("model");
    const auto source = text("source");
    const auto day = text("date");
    const auto input = money("input");
    const auto output = money("output");
    if (!host || !model || !source || !day || !input || !output) return std::nullopt;
    const auto date = parse_date(*day);
    if (!date) return report("has a date that is not such as \"2026-06-01\"");
    return ListedPrice{.host = *host,
                       .model = *model,
                       .price = {input->nanos(), output->nanos()},
                       .date = *date,
                       .source = *source};
  }

 private:
  std::optional<ListedPrice> report(std::string_view sentence) {
    problems_.add(to_text(file_, node_.place), fmt::format("a price {}", sentence));
    return std::nullopt;
  }

  std::optional<std::string> text(std::string_view name) {
    for (std::size_t i = 0; i < node_.keys.size(); ++i) {
      if (node_.keys[i].text != name) continue;
      if (node_.items[i].kind == Kind::scalar && !node_.items[i].text.empty())
        return node_.items[i].text;
    }
    report(fmt::format("has no {}", name));
    return std::nullopt;
  }

  std::optional<NanoUsd> money(std::string_view name) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    const auto amount = parse_usd(*written);
    if (amount && amount->nanos() > 0) return *amount;
    report(fmt::format("has an {} that is no amount above zero", name));
    return std::nullopt;
  }

  std::string_view file_;
  const YamlNode& node_;
  Problems& problems_;
};

std::string price_text(const Price& price) {
  return fmt::format("{} in, {} out per million tokens",
                     assay::to_text(NanoUsd{price.input_nanousd_per_million}),
                     assay::to_text(NanoUsd{price.output_nanousd_per_million}));
}

std::string date_text(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace

Result<PriceTable> parse_price_table(std::string_view file, std::string_view text) {
  Problems problems;
  PriceTable table;
  const YamlNode root = read_yaml(file, text, problems);
  const bool is_table = root.kind == Kind::mapping && root.keys.size() == 1 &&
                        root.keys[0].text == "prices" && root.items[0].kind == Kind::sequence;
  if (problems.empty() && !is_table)
    problems.add(to_text(file, root.place), "a price table is one list under prices:");
  if (is_table) {
    for (const YamlNode& node : root.items[0].items) {
      if (auto row = RowReader(file, node, problems).read()) table.push_back(std::move(*row));
    }
  }
  if (!problems.empty()) return std::unexpected(problems.to_error());
  return table;
}

const PriceTable& bundled_prices() {
  static const PriceTable table = [] {
    auto parsed = parse_price_table("configs/prices.yaml", bundled_prices_text);
    ensure(parsed.has_value(), "the bundled price table is well formed");
    return std::move(*parsed);
  }();
  return table;
}

const ListedPrice* listed_price(const PriceTable& table,
                                const Endpoint& endpoint,
                                std::string_view model) {
  const auto url = parse_base_url(endpoint.base_url);
  if (!url) return nullptr;
  const auto row = std::ranges::find_if(table, [&](const ListedPrice& listed) {
    return listed.host == url->host && listed.model == model;
  });
  return row == table.end() ? nullptr : &*row;
}

Quote quote(const PriceTable& table, const Endpoint& endpoint, std::string_view model) {
  Quote quote{.endpoint = endpoint.name,
              .model = std::string(model),
              .price = endpoint.price(),
              .is_own = false,
              .listed = listed_price(table, endpoint, model)};
  quote.is_own = quote.price.has_value();
  if (!quote.is_own && quote.listed != nullptr) quote.price = quote.listed->price;
  return quote;
}

std::vector<Quote> quotes_of(const Config& config, const PriceTable& table) {
  std::vector<Quote> quotes;
  for (const Policy& policy : config.policies) {
    for (const std::string& name : policy.endpoints) {
      const auto known = std::ranges::find_if(quotes, [&](const Quote& quote) {
        return quote.endpoint == name && quote.model == policy.model;
      });
      const Endpoint* endpoint = config.endpoint(name);
      if (known != quotes.end() || endpoint == nullptr) continue;
      quotes.push_back(quote(table, *endpoint, policy.model));
    }
  }
  return quotes;
}

std::string to_text(const Quote& quote) {
  if (!quote.price) return "unknown";
  const std::string who =
      quote.is_own ? "configuration"
                   : fmt::format("{}, {}", quote.listed->source, date_text(quote.listed->date));
  return fmt::format("{} ({})", price_text(*quote.price), who);
}

std::string warning_of(const Quote& quote, std::chrono::sys_days today) {
  if (quote.listed == nullptr) return {};
  if (quote.is_own && *quote.price != quote.listed->price) {
    return fmt::format("the configuration's price differs from the listed one, {} ({}, {})",
                       price_text(quote.listed->price),
                       quote.listed->source,
                       date_text(quote.listed->date));
  }
  const auto days = (today - std::chrono::sys_days{quote.listed->date}).count();
  if (quote.is_own || days <= listed_days_max) return {};
  return fmt::format(
      "the listed price is {} days old: check it, and state it under price: in the "
      "configuration, or with --input-price and --output-price",
      days);
}

std::string price_lines(std::span<const Quote> quotes, std::chrono::sys_days today) {
  struct Group {
    std::string models;
    std::string rest;  // where, how much, what to beware of
  };
  std::vector<Group> groups;
  for (const Quote& quote : quotes) {
    std::string rest = fmt::format(" at {}: {}\n", quote.endpoint, to_text(quote));
    if (const std::string warning = warning_of(quote, today); !warning.empty())
      rest += fmt::format("           {}\n", warning);
    const auto known = std::ranges::find(groups, rest, &Group::rest);
    if (known == groups.end()) {
      groups.push_back({.models = quote.model, .rest = std::move(rest)});
    } else {
      known->models += ", " + quote.model;
    }
  }
  std::string text;
  for (const Group& group : groups) text += "Price      " + group.models + group.rest;
  return text;
}

}  // namespace assay::config
