#pragma once

#include "teacher/completions_route.hpp"
#include "teacher/http_request.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::teacher {

// From a request to its reply: key, route, answer. One per loop; the registry is what they share.
// No sockets here and no clock: the loop passes the time in.
class Provider {
 public:
  // The options and the registry must outlive it. At least one model.
  Provider(const ServerOptions& options,
           std::vector<std::shared_ptr<const Model>> models,
           Registry& registry);

  [[nodiscard]] Reply answer(const HttpRequest& http, const Moment& moment);

  // For bytes that are no request; the connection ends after it.
  [[nodiscard]] static Reply unreadable(int status);

 private:
  [[nodiscard]] std::optional<std::size_t> key_of(const HttpRequest& http,
                                                  const Dialect& dialect) const;
  [[nodiscard]] HttpAnswer models() const;
  [[nodiscard]] std::optional<HttpAnswer> other(const Place& place, const HttpRequest& http);

  const ServerOptions* options_;
  std::vector<std::shared_ptr<const Model>> models_;
  const Dialect* at_root_;
  RequestParser parser_;
  CompletionsRoute completions_;
};

}  // namespace assay::teacher
