#include "crawl/work_plan.hpp"

#include "core/key_batch.hpp"
#include "crawl/work_source.hpp"
#include "journal/key_index.hpp"

namespace assay::crawl {
namespace {

Status add_keys(KeyBatch& keys, journal::WorkIndexBuilder& builder, journal::KeyShelf& shelf) {
  for (const auto& [item, key] : keys.take()) {
    if (auto added = builder.add_item(item, key); !added) return added;
    if (auto added = shelf.add(item, key); !added) return added;
  }
  return {};
}

Status add_items(const RunSpec& spec,
                 SampleSource& samples,
                 journal::WorkIndexBuilder& builder,
                 journal::KeyShelf& shelf) {
  if (auto rewound = samples.rewind(); !rewound) return rewound;
  KeyBatch keys;
  ItemOrdinal next = 0;
  for (;;) {
    auto row = samples.next();
    if (!row) return std::unexpected(row.error());
    if (*row == nullptr) return add_keys(keys, builder, shelf);
    if (auto added = shelf.add_row(**row); !added) return added;
    for (const Policy& policy : spec.policies) {
      const ItemOrdinal item = next++;
      if (!(*row)->has_value()) {
        builder.add_unusable();
        continue;
      }
      keys.add(item, policy, ***row, policy.method);
      if (!keys.is_full()) continue;
      if (auto added = add_keys(keys, builder, shelf); !added) return added;
    }
  }
}

}  // namespace

Result<PlannedWork> plan_work(journal::Storage& storage,
                              const RunSpec& spec,
                              SampleSource& samples,
                              const std::filesystem::path& spill_folder) {
  const auto scope =
      spec.retry_failed.any() ? journal::Scope::reopened : journal::Scope::everything;
  journal::WorkIndexBuilder builder(spill_folder, {}, scope);
  const auto manifest = journal::RunDirectory::inspect(storage, spec.directory);
  const journal::RunId run = manifest ? manifest->run : journal::RunId{};
  PlannedWork work{
      .history = History(spec.endpoints.size()),
      .plan = {},
      .to_do = {},
      .keys = journal::KeyShelf(spill_folder, journal::columns_of(spec.policies), run)};
  if (manifest) {
    auto history = read_history(storage, spec, builder);
    if (!history) return std::unexpected(history.error());
    work.history = std::move(*history);
  }
  if (auto added = add_items(spec, samples, builder, work.keys); !added)
    return std::unexpected(added.error());
  auto index = std::move(builder).build();
  if (!index) return std::unexpected(index.error());
  work.to_do = std::move(index->to_do);
  work.plan = WorkPlan{.items = index->items,
                       .distinct = index->distinct,
                       .done = index->done,
                       .to_do = index->distinct - index->done - index->left_out,
                       .left_out = index->left_out,
                       .unusable = index->unusable};
  return work;
}

}  // namespace assay::crawl
