#pragma once

// List prices by address and model, each with its date and source: configs/prices.yaml, which the
// binary carries.

#include "assay/money.hpp"
#include "assay/result.hpp"
#include "config/config.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::config {

struct ListedPrice {
  std::string host;   // "api.openai.com"
  std::string model;  // as the provider calls it
  Price price;
  std::chrono::year_month_day date;  // when it was read at its source
  std::string source;
};

using PriceTable = std::vector<ListedPrice>;

// Errors: Errc::config naming the file, the line and the field.
[[nodiscard]] Result<PriceTable> parse_price_table(std::string_view file, std::string_view text);

// The table this binary was built with.
extern const std::string_view bundled_prices_text;
[[nodiscard]] const PriceTable& bundled_prices();

// The row of a model at the endpoint's address; nullptr when there is none.
[[nodiscard]] const ListedPrice* listed_price(const PriceTable& table,
                                              const Endpoint& endpoint,
                                              std::string_view model);

// What one model costs at one endpoint, and who says so.
struct Quote {
  std::string endpoint;
  std::string model;
  std::optional<Price> price;           // absent: unknown, which is not zero
  bool is_own = false;                  // the configuration states it
  const ListedPrice* listed = nullptr;  // the table's row, whoever's price holds
};

// The configuration's own price before the table's.
[[nodiscard]] Quote quote(const PriceTable& table,
                          const Endpoint& endpoint,
                          std::string_view model);

// One for each model of a policy at each of its endpoints, without repetition, in their order.
[[nodiscard]] std::vector<Quote> quotes_of(const Config& config, const PriceTable& table);

// After this many days a listed price is called old.
inline constexpr int listed_days_max = 90;

// "$0.20 in, $0.20 out per million tokens (configuration)"; "unknown" without a price.
[[nodiscard]] std::string to_text(const Quote& quote);

// What to beware of: the price of the table that holds is old, or the configuration's differs from
// the table's. Empty: nothing.
[[nodiscard]] std::string warning_of(const Quote& quote, std::chrono::sys_days today);

// For a person: a line for each price, with all models that cost it, and what to beware of.
[[nodiscard]] std::string price_lines(std::span<const Quote> quotes, std::chrono::sys_days today);

}  // namespace assay::config
