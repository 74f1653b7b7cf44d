#include "zipflens/model/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/base/aligned_buffer.h"
#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/base/model_files.h"
#include "zipflens/kernels/attention/attention.h"
#include "zipflens/kernels/attention/packed_head.h"
#include "zipflens/kernels/instruction_set.h"
#include "zipflens/kernels/layer_norm.h"
#include "zipflens/kernels/products/bfloat16_tile_product.h"
#include "zipflens/kernels/products/matmul.h"
#include "zipflens/kernels/statistics/row_products.h"
#include "zipflens/model/bert_weights.h"
#include "zipflens/model/forward_plan.h"

namespace zipflens {

// The buffers hold sequences of up to max_length tokens; memory that is not used is never touched.
// Dimensions, as in docs/analysis.md: S tokens, E hidden size, H heads, d head size; I intermediate
// size.
class Workspace {
 public:
  Workspace(const ModelConfig& config, Precision precision, std::size_t max_length_in)
      : max_length(max_length_in),
        embedded(max_length * config.embedding_width()),
        hidden(max_length * config.hidden_size),
        query_key_value(max_length * 3 * config.hidden_size),
        attention_scratch(max_length, config.head_size()),
        scores(max_length * max_length),
        mean_rows(max_length * max_length),
        mean_scores(max_length * max_length),
        bias_parts(config.num_attention_heads * 3 * max_length),
        context(max_length * config.hidden_size),
        attention(max_length * config.hidden_size),
        intermediate(max_length * config.intermediate_size),
        sequence_order(max_length) {
    std::iota(sequence_order.begin(), sequence_order.end(), std::uint32_t{0});
    for (std::size_t head = 0; head < config.num_attention_heads; ++head) {
      heads.emplace_back(max_length, config.head_size(), HeadProductsFor(precision));
    }
  }

  std::size_t max_length;
  MatmulContext matmul;
  AlignedBuffer<float> embedded;         // [S, embedding width], if embeddings are projected to E
  AlignedBuffer<float> hidden;           // [S, E], a layer's input, then its output
  AlignedBuffer<float> query_key_value;  // [S, 3 E]
  std::vector<PackedHead> heads;         // [H]
  AttentionScratch attention_scratch;
  AlignedBuffer<float> scores;                // [S, S], one head's
  AlignedBuffer<float> mean_rows;             // [queries of a query block, S]
  AlignedBuffer<float> mean_scores;           // [S, S]
  AlignedBuffer<float> bias_parts;            // [H, 3, S]
  AlignedBuffer<float> context;               // [S, E]
  AlignedBuffer<float> attention;             // [S, E]
  AlignedBuffer<float> intermediate;          // [S, I]
  std::vector<std::uint32_t> sequence_order;  // 0, 1, 2, ..., max_length - 1
};

namespace {

// Number of queries in a query block, which all heads attend before the next block, unless a probe
// wants whole score matrices. For 512 keys the mean scores of a block then stay in the second-level
// cache from head to head.
constexpr std::size_t kQueryBlock = 96;
static_assert(kQueryBlock % kScoreStripRows == 0 && kScoreStripRows % kScoreRowsStep == 0);

// The forward pass of one sequence through the layers.
class ForwardPass {
 public:
  ForwardPass(const BertWeights& weights, Workspace& workspace, Probe& probe, std::size_t length)
      : weights_(weights),
        buffers_(workspace),
        probe_(probe),
        length_(length),
        hidden_size_(weights.config.hidden_size),
        num_heads_(weights.config.num_attention_heads),
        intermediate_size_(weights.config.intermediate_size),
        order_(probe.QueryOrder()) {
    if (order_.empty()) order_ = std::span(workspace.sequence_order).first(length);
    ZIPFLENS_CHECK(order_.size() == length);
    std::vector<std::uint8_t> is_there(length, 0);
    for (const std::uint32_t query : order_) {
      ZIPFLENS_CHECK(query < length && is_there[query] == 0);
      is_there[query] = 1;
    }
  }

  // hidden = LayerNorm(word + type 0 + position), and then its projection if the family has one.
  void Embed(std::span<const std::int32_t> token_ids) {
    const std::size_t width = weights_.config.embedding_width();
    const bool is_projected = weights_.embedding_projection.has_value();
    const MatrixView<float> sums(is_projected ? buffers_.embedded.data() : buffers_.hidden.data(),
                                 length_, width);
    for (std::size_t i = 0; i < length_; ++i) {
      const float* word = weights_.word_embeddings.data() + token_ids[i] * width;
      const float* position = weights_.position_embeddings.data() + i * width;
      float* sum = sums.Row(i);
      if (weights_.type_embeddings.size() == 0) {
        for (std::size_t k = 0; k < width; ++k) sum[k] = word[k] + position[k];
      } else {
        const float* type = weights_.type_embeddings.data();
        for (std::size_t k = 0; k < width; ++k) sum[k] = word[k] + type[k] + position[k];
      }
    }
    Normalize(sums, weights_.embedding_norm);
    if (is_projected) Apply(*weights_.embedding_projection, sums, Hidden());
  }

  void RunLayer(int layer_idx, const LayerPlan& plan) {
    const LayerWeights& layer = weights_.layers[layer_idx];
    RunAttention(layer, layer_idx, plan);
    if (plan.end == LayerEnd::kScores) return;

    const MatrixView<float> attention(buffers_.attention.data(), length_, hidden_size_);
    Apply(layer.attention_output, Context(), attention);
    if (plan.fires_attention_output) {
      probe_.OnValues({layer_idx, PointKind::kAttentionOutput}, /*head_idx=*/-1, attention);
    }
    if (plan.end == LayerEnd::kAttentionOutput) return;
    AddAndNormalize(attention, Hidden(), layer.attention_norm);

    const MatrixView<float> intermediate(buffers_.intermediate.data(), length_, intermediate_size_);
    buffers_.matmul.LinearInto(layer.intermediate, attention, weights_.config.hidden_act,
                               intermediate);
    Apply(layer.output, intermediate, Hidden());
    AddAndNormalize(Hidden(), attention, layer.output_norm);
    if (plan.fires_layer_output) {
      probe_.OnValues({layer_idx, PointKind::kLayerOutput}, /*head_idx=*/-1, Hidden());
    }
  }

 private:
  // Computes the scores from the layer's input and, unless the plan ends there, the context.
  void RunAttention(const LayerWeights& layer, int layer_idx, const LayerPlan& plan) {
    const bool wants_context = plan.end > LayerEnd::kScores;
    Apply(layer.query_key_value, Hidden(),
          {buffers_.query_key_value.data(), length_, (wants_context ? 3 : 2) * hidden_size_,
           3 * hidden_size_});
    if (plan.fires_bias_parts) FireBiasParts(layer, layer_idx);
    for (std::size_t head = 0; head < num_heads_; ++head) {
      buffers_.heads[head].PackKeys(Part(1, head));
      if (wants_context) buffers_.heads[head].PackValues(Part(2, head));
    }
    const std::size_t block_size = plan.fires_scores ? length_ : std::min(length_, kQueryBlock);
    for (std::size_t first = 0; first < length_; first += block_size) {
      const auto queries = order_.subspan(first, std::min(block_size, length_ - first));
      for (std::size_t head = 0; head < num_heads_; ++head) {
        AttendBlock(layer_idx, plan, head, queries);
      }
      if (plan.sums_scores()) FireMeanRows(layer_idx, plan, queries);
    }
    if (plan.fires_mean_scores) {
      probe_.OnValues({layer_idx, PointKind::kMeanAttentionScores}, /*head_idx=*/-1, MeanScores());
    }
  }

  // Computes and fires what the biases add to each head's scores; see PointKind::kScoreBiasParts.
  void FireBiasParts(const LayerWeights& layer, int layer_idx) {
    const std::size_t d = hidden_size_ / num_heads_;
    const std::span<const double> query_bias = layer.query_key_bias.span().first(hidden_size_);
    const std::span<const double> key_bias = layer.query_key_bias.span().subspan(hidden_size_);
    std::vector<double> addends(num_heads_);
    for (std::size_t head = 0; head < num_heads_; ++head) {
      double constant = 0;
      for (std::size_t k = head * d; k < (head + 1) * d; ++k) {
        constant += query_bias[k] * key_bias[k];
      }
      addends[head] = -constant;
      std::ranges::fill(BiasParts(head).RowSpan(2), static_cast<float>(constant));
    }
    const float* queries = buffers_.query_key_value.data();
    const std::size_t stride = 3 * hidden_size_;
    float* parts = buffers_.bias_parts.data();
    RowProductsInto({queries, length_, hidden_size_, stride}, key_bias, addends,
                    {parts, num_heads_, length_, 3 * length_});
    RowProductsInto({queries + hidden_size_, length_, hidden_size_, stride}, query_bias, addends,
                    {parts + length_, num_heads_, length_, 3 * length_});
    for (std::size_t head = 0; head < num_heads_; ++head) {
      probe_.OnValues({layer_idx, PointKind::kScoreBiasParts}, static_cast<int>(head),
                      BiasParts(head));
    }
  }

  // Attention of one head for these queries and all keys.
  void AttendBlock(int layer_idx, const LayerPlan& plan, std::size_t head,
                   std::span<const std::uint32_t> queries) {
    const std::size_t d = hidden_size_ / num_heads_;
    const int head_idx = static_cast<int>(head);
    AttentionResults results;
    if (plan.fires_score_rows) {
      results.on_score_rows = [&](const ScoreRows& rows) {
        probe_.OnScoreRows({layer_idx, PointKind::kScoreRows}, head_idx, rows);
      };
    }
    if (plan.fires_scores) results.scores = {buffers_.scores.data(), length_, length_};
    if (plan.sums_scores()) {
      results.score_sums = MeanRows(queries.size());
      results.score_share = 1.0f / static_cast<float>(num_heads_);
      results.starts_sums = head == 0;
    }
    if (plan.end > LayerEnd::kScores) {
      results.context = {Context().data + head * d, length_, d, hidden_size_};
    }
    AttendInto(Part(0, head), queries, buffers_.heads[head], buffers_.attention_scratch, results);
    if (plan.fires_scores) {
      probe_.OnValues({layer_idx, PointKind::kAttentionScores}, head_idx, results.scores);
    }
  }

  // Fires the mean scores of these queries, once all heads are in them.
  void FireMeanRows(int layer_idx, const LayerPlan& plan, std::span<const std::uint32_t> queries) {
    const MatrixView<const float> rows = MeanRows(queries.size());
    if (plan.fires_mean_score_rows) {
      probe_.OnScoreRows({layer_idx, PointKind::kMeanScoreRows}, /*head_idx=*/-1, {queries, rows});
    }
    if (!plan.fires_mean_scores) return;
    for (std::size_t row = 0; row < queries.size(); ++row) {
      std::ranges::copy(rows.RowSpan(row), MeanScores().Row(queries[row]));
    }
  }

  void Apply(const PackedLinear& linear, MatrixView<const float> x, MatrixView<float> y) {
    buffers_.matmul.LinearInto(linear, x, /*activation=*/std::nullopt, y);
  }

  void Normalize(MatrixView<float> rows, const NormWeights& norm) const {
    LayerNormRowsInPlace(rows, norm.weight.span(), norm.bias.span(),
                         weights_.config.layer_norm_eps);
  }

  // rows = LayerNorm(rows + residual).
  void AddAndNormalize(MatrixView<float> rows, MatrixView<const float> residual,
                       const NormWeights& norm) const {
    AddLayerNormRowsInPlace(rows, residual, norm.weight.span(), norm.bias.span(),
                            weights_.config.layer_norm_eps);
  }

  // A head's queries (part 0), keys (1) or values (2): [S, d].
  MatrixView<const float> Part(std::size_t part, std::size_t head) const {
    const std::size_t d = hidden_size_ / num_heads_;
    return {buffers_.query_key_value.data() + part * hidden_size_ + head * d, length_, d,
            3 * hidden_size_};
  }
  MatrixView<float> BiasParts(std::size_t head) {
    return {buffers_.bias_parts.data() + head * 3 * length_, 3, length_};
  }
  MatrixView<float> MeanRows(std::size_t num_queries) {
    return {buffers_.mean_rows.data(), num_queries, length_};
  }
  MatrixView<float> MeanScores() { return {buffers_.mean_scores.data(), length_, length_}; }
  MatrixView<float> Hidden() { return {buffers_.hidden.data(), length_, hidden_size_}; }
  MatrixView<float> Context() { return {buffers_.context.data(), length_, hidden_size_}; }

  const BertWeights& weights_;
  Workspace& buffers_;
  Probe& probe_;
  const std::size_t length_;              // S
  const std::size_t hidden_size_;         // E
  const std::size_t num_heads_;           // H
  const std::size_t intermediate_size_;   // I
  std::span<const std::uint32_t> order_;  // the order in which queries are attended, [S]
};

void RequireSequence(std::span<const std::int32_t> token_ids, const ModelConfig& config) {
  const std::size_t max_length = config.max_position_embeddings;
  if (token_ids.empty() || token_ids.size() > max_length) {
    throw InputError({.source = "sequence",
                      .found = fmt::format("{} tokens", token_ids.size()),
                      .expected = fmt::format("1 to {} (max_position_embeddings)", max_length)});
  }
  for (std::size_t i = 0; i < token_ids.size(); ++i) {
    if (token_ids[i] >= 0 && std::cmp_less(token_ids[i], config.vocab_size)) continue;
    throw InputError({.source = "sequence",
                      .place = fmt::format("token {}", i),
                      .found = fmt::format("id {}", token_ids[i]),
                      .expected = fmt::format("0 to {} (vocab_size)", config.vocab_size - 1)});
  }
}

}  // namespace

void RequirePrecision(Precision precision) {
  if (precision != Precision::kBfloat16 || HasBfloat16Products()) return;
  throw UsageError(fmt::format(
      "`precision` = bfloat16: needs a processor with AVX-512 BF16 or AMX, and a ZIPFLENS_ISA that "
      "does not hold it back; found {}; use float32, or auto for whichever there is",
      InstructionSetName()));
}

struct Encoder::Weights : BertWeights {};

Encoder::Encoder(std::unique_ptr<Weights> weights) : weights_(std::move(weights)) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

Encoder Encoder::Load(const std::filesystem::path& model_dir, Precision precision) {
  return Load(model_dir, LoadModelConfig(model_dir / kModelConfigFile), precision);
}

Encoder Encoder::Load(const std::filesystem::path& model_dir, const ModelConfig& config,
                      Precision precision) {
  RequirePrecision(precision);
  return Encoder(std::make_unique<Weights>(Weights{LoadBertWeights(model_dir, config, precision)}));
}

void Encoder::LowerPrecision(Precision precision) {
  RequirePrecision(precision);
  zipflens::LowerPrecision(precision, *weights_);
}

const ModelConfig& Encoder::config() const { return weights_->config; }

std::shared_ptr<const ForwardPlan> Encoder::MakePlan(const Probe& probe) const {
  return std::make_shared<const ForwardPlan>(shape(), probe.WantedPoints(shape()));
}

std::shared_ptr<Workspace> Encoder::MakeWorkspace(std::size_t max_sequence_length) const {
  ZIPFLENS_CHECK(max_sequence_length > 0);
  return std::make_shared<Workspace>(config(), weights_->precision, max_sequence_length);
}

void Encoder::Forward(std::span<const std::int32_t> token_ids, const ForwardPlan& plan,
                      Workspace& workspace, Probe& probe) const {
  RequireSequence(token_ids, config());
  ZIPFLENS_CHECK(token_ids.size() <= workspace.max_length);
  if (plan.layers().empty()) return;
  ForwardPass pass(*weights_, workspace, probe, token_ids.size());
  pass.Embed(token_ids);
  int layer_idx = 0;
  for (const LayerPlan& layer : plan.layers()) {
    ThrowIfInterrupted();
    pass.RunLayer(layer_idx++, layer);
  }
}

}  // namespace zipflens
