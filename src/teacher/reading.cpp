#include "teacher/reading.hpp"

#include "assay/ensure.hpp"

#include <algorithm>
#include <cmath>

namespace assay::teacher {

namespace {
// The weight of a distinct successor in favour of the shorter context. Witten and Bell take 1; on
// so small a corpus less makes sentences that hold together, and the distribution sums to one with
// any value.
constexpr double spare_unit = 0.3;
}  // namespace

Reading::Reading(const Model& model)
    : model_(&model),
      base_(model.unigram()),
      powers_(model.unigram_powers()),
      power_sum_(model.power_sum()),
      counts_(base_.size(), 0),
      last_(base_.size(), none),
      leaders_(model.likeliest()),
      seen_at_(base_.size(), 0) {}

void Reading::restart() {
  for (const auto token : history_) {
    base_[token] = model_->unigram()[token];
    powers_[token] = model_->unigram_powers()[token];
    counts_[token] = 0;
    last_[token] = none;
  }
  history_.clear();
  chain_.clear();
  power_sum_ = model_->power_sum();
  leaders_ = model_->likeliest();
  prepared_ = gathered_ = false;
}

void Reading::advance(TokenId token) {
  ensure(token < base_.size(), "a token id is below the vocabulary's size");
  if (!history_.empty()) {  // the token before now has a successor
    const auto before = history_.back();
    const auto position = static_cast<std::uint32_t>(history_.size() - 1);
    chain_.push_back(last_[before]);
    last_[before] = position;
  }
  history_.push_back(token);
  base_[token] = model_->unigram()[token] + model_->rho() * ++counts_[token];
  if (model_->exponent() != 1) {
    const auto power = std::pow(base_[token], model_->exponent());
    power_sum_ += power - powers_[token];
    powers_[token] = power;
  }
  if (model_->rho() > 0) raise_leaders(token);
  prepared_ = gathered_ = false;
}

// Base weights only grow, so the leaders stay exact when each grown token is tried once.
void Reading::raise_leaders(TokenId token) {
  const auto better = [this](TokenId a, TokenId b) {
    return base_[a] != base_[b] ? base_[a] > base_[b] : a < b;
  };
  auto place = std::find(leaders_.begin(), leaders_.end(), token);
  if (place == leaders_.end()) {
    if (!better(token, leaders_.back())) return;
    place = leaders_.end() - 1;
    *place = token;
  }
  for (; place != leaders_.begin() && better(*place, *(place - 1)); --place)
    std::iter_swap(place, place - 1);
}

void Reading::prepare() {
  if (prepared_) return;
  prepared_ = true;
  const auto& weights = model_->weights();
  trigrams_ = {};
  bigrams_ = {};
  recent_.clear();
  const auto read = history_.size();
  double unit = 1;
  double trigram = 0;
  double bigram = 0;
  if (read >= 2) trigrams_ = weights.after(history_[read - 2], history_[read - 1]);
  if (trigrams_.total > 0) {
    const auto spare = spare_unit * trigrams_.distinct();
    trigram = 1 / (trigrams_.total + spare);
    unit = spare * trigram;
  }
  if (read >= 1) {
    bigrams_ = weights.after(history_[read - 1]);
    for (auto at = last_[history_[read - 1]]; at != none && recent_.size() < recent_max;
         at = chain_[at]) {
      recent_.push_back(history_[at + 1]);
    }
    const auto spare = spare_unit * std::max(bigrams_.distinct(), 1.0);
    const auto recent = model_->eta() * static_cast<double>(recent_.size());
    bigram = unit / (bigrams_.total + recent + spare);
    unit = spare * bigram;
  }
  shares_ = {trigram, bigram, unit / (1 + model_->rho() * static_cast<double>(read))};
}

double Reading::raw(const Seen& seen) const {
  return shares_.trigram * seen.trigram +
         shares_.bigram * (seen.bigram + model_->eta() * seen.recent) +
         shares_.base * base_[seen.token];
}

double Reading::nats_of(double raw_probability) const {
  return model_->exponent() * std::log(raw_probability) - log_norm_;
}

Reading::Seen& Reading::seen_entry(TokenId token) {
  if (!is_seen(token)) {
    seen_at_[token] = static_cast<std::uint32_t>(seen_.size());
    seen_.push_back({token, 0, 0, 0});
  }
  return seen_[seen_at_[token]];
}

bool Reading::is_seen(TokenId token) const {
  const auto at = seen_at_[token];
  return at < seen_.size() && seen_[at].token == token;
}

void Reading::gather() {
  prepare();
  if (gathered_) return;
  gathered_ = true;
  seen_.clear();
  for (std::size_t i = 0; i < trigrams_.tokens.size(); ++i) {
    seen_entry(trigrams_.tokens[i]).trigram = trigrams_.counts[i];
  }
  for (std::size_t i = 0; i < bigrams_.tokens.size(); ++i) {
    seen_entry(bigrams_.tokens[i]).bigram = bigrams_.counts[i];
  }
  for (const auto token : recent_) seen_entry(token).recent += 1;
  log_norm_ = 0;
  if (model_->exponent() == 1) return;
  // Z = sum over seen of p^(1/T) + share^(1/T) * (sum over all of base^(1/T) - the same over seen).
  double with_seen = 0;
  double rest = power_sum_;
  for (const auto& seen : seen_) {
    with_seen += std::pow(raw(seen), model_->exponent());
    rest -= powers_[seen.token];
  }
  log_norm_ = std::log(with_seen + std::pow(shares_.base, model_->exponent()) * rest);
}

Reading::Seen Reading::look_up(TokenId token) const {
  const auto recent = static_cast<double>(std::count(recent_.begin(), recent_.end(), token));
  return {token, trigrams_.count_of(token), bigrams_.count_of(token), recent};
}

double Reading::log_prob(TokenId next) {
  ensure(next < base_.size(), "a token id is below the vocabulary's size");
  if (model_->exponent() == 1) {
    prepare();
    log_norm_ = 0;
    return nats_of(raw(look_up(next)));
  }
  gather();
  return nats_of(raw(is_seen(next) ? seen_[seen_at_[next]] : Seen{next, 0, 0, 0}));
}

namespace {

// The best so far, at most `count`, best first, ties to the smaller id. Each token is offered any
// number of times with one value.
class Best {
 public:
  Best(std::size_t count, std::vector<TokenLogProb>& out) : count_(count), out_(out) {
    out_.clear();
  }

  [[nodiscard]] bool closed_to(double bound) const {
    return out_.size() == count_ && bound < out_.back().nats;
  }
  void offer(TokenId token, double value) {
    const TokenLogProb entry{token, value};
    const auto better = [](const TokenLogProb& a, const TokenLogProb& b) {
      return a.nats != b.nats ? a.nats > b.nats : a.token < b.token;
    };
    if (out_.size() == count_ && !better(entry, out_.back())) return;
    const auto place = std::lower_bound(out_.begin(), out_.end(), entry, better);
    if (place != out_.end() && place->token == token) return;
    out_.insert(place, entry);
    if (out_.size() > count_) out_.pop_back();
  }

 private:
  std::size_t count_;
  std::vector<TokenLogProb>& out_;  // raw probabilities until the end
};

}  // namespace

void Reading::likeliest(std::size_t count, std::vector<TokenLogProb>& out) {
  ensure(count <= Model::top_max, "at most Model::top_max tokens are ranked");
  out.clear();
  if (count == 0) return;
  if (model_->exponent() == 1 && !gathered_) {
    rank_bounded(count, out);
  } else {
    rank_gathered(count, out);
  }
  for (auto& entry : out) entry.nats = nats_of(entry.nats);
}

// A token neither seen nor among the first `count` leaders has that many better ones before it.
void Reading::rank_gathered(std::size_t count, std::vector<TokenLogProb>& out) {
  gather();
  Best best(count, out);
  for (const auto& seen : seen_) best.offer(seen.token, raw(seen));
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_seen(leaders_[i])) best.offer(leaders_[i], raw({leaders_[i], 0, 0, 0}));
  }
}

// The same without looking at every successor: they come by falling count, until no count that is
// left can suffice.
void Reading::rank_bounded(std::size_t count, std::vector<TokenLogProb>& out) {
  prepare();
  log_norm_ = 0;
  Best best(count, out);
  const auto offer = [&](TokenId token) { best.offer(token, raw(look_up(token))); };
  for (std::size_t i = 0; i < count; ++i) offer(leaders_[i]);
  for (const auto token : recent_) offer(token);
  const auto base_most = shares_.base * base_[leaders_[0]];
  const auto bigram_most = bigrams_.ranked.empty() ? 0 : bigrams_.counts[bigrams_.ranked[0]];
  // A hair more than exact, so that rounding of the bound leaves nobody out.
  constexpr double hair = 1 + 1e-12;
  for (const auto place : trigrams_.ranked) {
    const auto most =
        shares_.trigram * trigrams_.counts[place] + shares_.bigram * bigram_most + base_most;
    if (best.closed_to(most * hair)) break;
    offer(trigrams_.tokens[place]);
  }
  for (const auto place : bigrams_.ranked) {
    if (best.closed_to((shares_.bigram * bigrams_.counts[place] + base_most) * hair)) break;
    offer(bigrams_.tokens[place]);
  }
}

void Reading::distribution(double temperature, std::vector<double>& out) {
  ensure(temperature > 0, "a distribution has a temperature above zero");
  gather();
  out.resize(base_.size());
  for (std::size_t token = 0; token < out.size(); ++token) out[token] = shares_.base * base_[token];
  for (const auto& seen : seen_) out[seen.token] = raw(seen);
  const auto exponent = model_->exponent() / temperature;
  if (exponent == 1) return;
  // Relative to the largest, so that a low temperature does not underflow them all.
  const auto largest = *std::max_element(out.begin(), out.end());
  double sum = 0;
  for (auto& probability : out) sum += probability = std::pow(probability / largest, exponent);
  for (auto& probability : out) probability /= sum;
}

TokenId Reading::sample(double temperature, Rng& rng) {
  Sampling sampling;
  sampling.temperature = temperature;
  return sample(sampling, rng);
}

TokenId Reading::sample(const Sampling& sampling, Rng& rng) {
  if (sampling.temperature == 0 && sampling.bias.empty()) {
    likeliest(1, top_);
    return top_.front().token;
  }
  if (sampling.plain() && model_->exponent() == 1) return sample_plainly(rng);
  distribution(1, probabilities_);
  shape(probabilities_, sampling);
  auto left = rng.uniform();
  TokenId positive = 0;
  for (TokenId token = 0; token < probabilities_.size(); ++token) {
    if (probabilities_[token] == 0) continue;
    positive = token;
    left -= probabilities_[token];
    if (left < 0) break;
  }
  return positive;  // the last possible one when rounding left a hair
}

// The seen tokens one by one; what is left of the mass belongs to the others in proportion to their
// base weights, and is drawn from all base weights until an unseen one comes.
TokenId Reading::sample_plainly(Rng& rng) {
  gather();
  auto left = rng.uniform();
  for (const auto& seen : seen_) {
    left -= raw(seen);
    if (left < 0) return seen.token;
  }
  auto token = sample_base(rng);
  while (is_seen(token)) token = sample_base(rng);
  return token;
}

// base = (u + rho * k) / (1 + rho * n): the corpus's unigram, or one of the tokens read.
TokenId Reading::sample_base(Rng& rng) const {
  const auto read = static_cast<double>(history_.size());
  const auto place = rng.uniform() * (1 + model_->rho() * read);
  if (place >= 1) return history_[rng.below(history_.size())];
  const auto& sums = model_->unigram_sums();
  const auto found = std::upper_bound(sums.begin(), sums.end(), rng.uniform() * sums.back());
  return static_cast<TokenId>(std::min<std::ptrdiff_t>(found - sums.begin(), std::ssize(sums) - 1));
}

}  // namespace assay::teacher
