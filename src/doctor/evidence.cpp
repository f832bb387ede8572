#include "doctor/evidence.hpp"

#include "doctor/texts.hpp"

namespace assay::doctor {

std::vector<const Asked*> Evidence::of(Group group) const {
  std::vector<const Asked*> found;
  for (const Asked& asked : asked_) {
    if (asked.exchange.group == group) found.push_back(&asked);
  }
  return found;
}

std::vector<const Asked*> Evidence::of(Group group, std::uint32_t text) const {
  std::vector<const Asked*> found;
  for (const Asked& asked : asked_) {
    if (asked.exchange.group == group && asked.exchange.text == text) found.push_back(&asked);
  }
  return found;
}

const Seen* Evidence::settled_answer(std::uint32_t text) const {
  for (const Asked& asked : asked_) {
    const Exchange& exchange = asked.exchange;
    if (exchange.group == Group::second_pass && exchange.text == text && !asked.seen.refused) {
      return &asked.seen;
    }
  }
  return nullptr;
}

const Sight& Evidence::settled(std::uint32_t text) const {
  static const Sight nothing;
  const Seen* seen = settled_answer(text);
  return seen == nullptr ? nothing : seen->prompts.front();
}

void Evidence::settle_noise() {
  std::vector<std::vector<const Sight*>> repeats(plain_texts().size());
  for (const Asked& asked : asked_) {
    const Group group = asked.exchange.group;
    if ((group != Group::second_pass && group != Group::crowd) || asked.seen.refused) continue;
    repeats[asked.exchange.text].push_back(&asked.seen.prompts.front());
  }
  noise_ = noise_of(repeats);
}

}  // namespace assay::doctor
