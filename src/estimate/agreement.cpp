#include "estimate/agreement.hpp"

namespace assay::estimate {

Agreement agreement_of(const ScoreColumn& a, const ScoreColumn& b) {
  Agreement found;
  for (std::size_t row = 0; row < a.size(); ++row) {
    if (!a.has(row) || !b.has(row)) continue;
    ++found.both;
    if (*a.nats(row) == *b.nats(row)) ++found.equal;
  }
  return found;
}

const ScoreColumn* noise_twin(const Matrix& matrix) {
  for (const ScoreColumn& target : matrix.targets) {
    const Agreement found = agreement_of(matrix.base, target);
    if (found.both >= 2 && found.equal < found.both && found.share() > twin_share_min) {
      return &target;
    }
  }
  return nullptr;
}

}  // namespace assay::estimate
