#include "teacher/grammar.hpp"

#include "assay/ensure.hpp"

#include <cctype>

namespace assay::teacher {

Grammar::Grammar(std::string_view text) {
  std::vector<std::string_view>* rule = nullptr;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (line.front() == '%') {
      rule = &rules_[std::string(line.substr(1))];
    } else {
      ensure(rule != nullptr, "a grammar's first line names a rule");
      rule->push_back(line);
    }
  }
}

void Grammar::expand(std::string_view rule, Rng& rng, std::string& out) const {
  const auto found = rules_.find(rule);
  ensure(found != rules_.end() && !found->second.empty(), "a grammar defines each rule it uses");
  auto rest = found->second[rng.below(found->second.size())];
  while (!rest.empty()) {
    const auto special = std::min(rest.find_first_of("{\\"), rest.size());
    out.append(rest.substr(0, special));
    rest.remove_prefix(special);
    if (rest.starts_with("\\n")) {
      out.push_back('\n');
      rest.remove_prefix(2);
    } else if (rest.starts_with('{')) {
      const auto close = rest.find('}');
      ensure(close != std::string_view::npos, "a grammar closes each brace");
      std::string name(rest.substr(1, close - 1));
      const auto begin = out.size();
      const bool capital = !name.empty() && std::isupper(static_cast<unsigned char>(name[0])) != 0;
      if (capital) name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
      expand(name, rng, out);
      if (capital && out.size() > begin) {
        out[begin] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[begin])));
      }
      rest.remove_prefix(close + 1);
    } else if (!rest.empty()) {
      out.push_back(rest.front());
      rest.remove_prefix(1);
    }
  }
}

}  // namespace assay::teacher
