#include "config/yaml_tree.hpp"

#include "core/json_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_set>

namespace assay::config {
namespace {

// Where bytes of a text are. Asked in the order of the text, it passes over the text once.
class PlaceFinder {
 public:
  explicit PlaceFinder(std::string_view text) : text_(text) {}

  Place at(std::size_t offset) {
    if (offset < offset_) *this = PlaceFinder(text_);
    for (; offset_ < std::min(offset, text_.size()); ++offset_) {
      const auto byte = static_cast<unsigned char>(text_[offset_]);
      if (byte == '\n') {
        place_ = {.line = place_.line + 1, .column = 1};
      } else if ((byte & 0xc0) != 0x80) {
        ++place_.column;  // the others continue a character
      }
    }
    return place_;
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  Place place_;
};

// Whether the quoted text that begins at `offset` has its closing quote: yaml-cpp 0.7 takes the end
// of the file for one.
bool is_closed(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

// Builds the tree from yaml-cpp's events. An exception is the only way to make its parser stop.
class TreeBuilder : public YAML::EventHandler {
 public:
  struct Refusal {
    Place place;
    std::string sentence;
  };

  explicit TreeBuilder(std::string_view text) : text_(text), places_(text) {}
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) {
      refuse(mark, "a second document or text outside the mapping: keep one document");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    open(mark, "?", anchor, YamlNode::Kind::null);
    close();
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(mark, "an alias (*): write the value out");
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode& node = open(mark, tag, anchor, YamlNode::Kind::scalar);
    const auto offset = static_cast<std::size_t>(mark.pos);
    node.style = style_at(offset, tag);
    const bool is_quoted = node.style == Style::single_quoted || node.style == Style::double_quoted;
    if (is_quoted && !is_closed(text_, offset)) refuse(mark, "a text without its closing quote");
    node.text = value;
    close();
  }
  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] void refuse(const YAML::Mark& mark, std::string sentence) {
    throw Refusal{places_.at(static_cast<std::size_t>(mark.pos)), std::move(sentence)};
  }

  // yaml-cpp gives an untagged plain value the tag "?", an untagged quoted one "!".
  YamlNode& open(const YAML::Mark& mark,
                 const std::string& tag,
                 YAML::anchor_t anchor,
                 YamlNode::Kind kind) {
    if (anchor != YAML::NullAnchor) refuse(mark, "an anchor (&): write the value out");
    const auto offset = static_cast<std::size_t>(mark.pos);
    const bool tagged = offset < text_.size() && text_[offset] == '!';
    if (tagged || (tag != "?" && tag != "!" && !tag.empty())) {
      refuse(mark, "a tag (!): put quotes around a text that begins with '!'");
    }
    if (++nodes_ > yaml_nodes_max) refuse(mark, fmt::format("more than {} values", yaml_nodes_max));
    if (stack_.size() == yaml_depth_max) {
      refuse(mark, fmt::format("more than {} levels", yaml_depth_max));
    }
    YamlNode node;
    node.kind = kind;
    node.place = places_.at(offset);
    stack_.push_back(std::move(node));
    return stack_.back();
  }

  void close() {
    YamlNode node = std::move(stack_.back());
    stack_.pop_back();
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = stack_.back();
    const bool is_key =
        parent.kind == YamlNode::Kind::mapping && parent.keys.size() == parent.items.size();
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  Style style_at(std::size_t offset, const std::string& tag) const {
    if (tag != "!" || offset >= text_.size()) return Style::plain;
    if (text_[offset] == '\'') return Style::single_quoted;
    return text_[offset] == '"' ? Style::double_quoted : Style::block;
  }

  std::string_view text_;
  PlaceFinder places_;
  YamlNode root_;
  std::vector<YamlNode> stack_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

// The first byte that no YAML text may hold: a control character other than tab and line ends.
std::optional<std::size_t> control_byte(std::string_view text) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7f;
  };
  const auto found = std::ranges::find_if(text, is_control);
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

// Whether the bytes may be given to the parser; if not, says why.
bool check_bytes(std::string_view file, std::string_view text, Problems& problems) {
  if (text.size() > yaml_bytes_max) {
    problems.add(
        file, fmt::format("{} bytes; a configuration has at most {}", text.size(), yaml_bytes_max));
    return false;
  }
  if (!is_utf8(text)) {
    problems.add(file, "not UTF-8: convert it, for example with iconv -t UTF-8");
    return false;
  }
  if (const auto offset = control_byte(text)) {
    problems.add(to_text(file, PlaceFinder(text).at(*offset)), "a control character: remove it");
    return false;
  }
  return true;
}

// Takes out what is no plain key or stands twice, at every depth.
void check_keys(std::string_view file, YamlNode& node, Problems& problems) {
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < node.keys.size();) {
    const YamlNode& key = node.keys[i];
    const std::string place = to_text(file, key.place);
    std::string sentence;
    if (key.kind != YamlNode::Kind::scalar) sentence = "a key that is not a name";
    if (key.text == "<<" && key.style == Style::plain) {
      sentence = "a merge key (<<): write the values out";
    } else if (sentence.empty() && !seen.insert(key.text).second) {
      sentence = "a key for the second time: keep one of them";
    }
    if (sentence.empty()) {
      ++i;
      continue;
    }
    problems.add(place, sentence);
    node.keys.erase(node.keys.begin() + static_cast<std::ptrdiff_t>(i));
    node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (YamlNode& item : node.items) check_keys(file, item, problems);
}

}  // namespace

std::string to_text(std::string_view file, Place place) {
  return fmt::format("{}:{}:{}", file, place.line, place.column);
}

YamlNode read_yaml(std::string_view file, std::string_view text, Problems& problems) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // yaml-cpp does not count the mark
  if (!check_bytes(file, text, problems)) return {};
  TreeBuilder builder(text);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    // The second call finds the end, or is refused by the builder.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const TreeBuilder::Refusal& refusal) {
    problems.add(to_text(file, refusal.place), refusal.sentence);
    return {};
  } catch (const YAML::Exception& error) {
    const auto offset = static_cast<std::size_t>(std::max(error.mark.pos, 0));
    problems.add(to_text(file, PlaceFinder(text).at(offset)),
                 fmt::format("not YAML: {}", error.msg));
    return {};
  }
  YamlNode root = builder.take();
  check_keys(file, root, problems);
  return root;
}

}  // namespace assay::config
