// Encoder: a BERT-family encoder in evaluation mode, which computes only what its probe wants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "zipflens/kernels/products/matmul.h"
#include "zipflens/model/model_config.h"
#include "zipflens/model/probe.h"

namespace zipflens {

/// Throws UsageError for kBfloat16 on a machine that cannot multiply bfloat16.
void RequirePrecision(Precision precision);

/// What a forward pass computes: everything up to the last point that a probe wants, and nothing
/// after it.
class ForwardPlan;

/// The scratch memory of one thread for sequences of up to a given length. Encoder::MakeWorkspace
/// makes it, and must be called in the thread that will use it.
class Workspace;

/// The packed weights and the forward pass. Any number of threads may call Forward at once, each
/// with its own workspace and probe.
class Encoder {
 public:
  /// Loads `config.json` and the safetensors of a model folder. Validates everything before
  /// anything is computed: for every tensor its presence, type, shape, position in the file, and
  /// that all values are finite. Throws InputError naming file and tensor.
  ///
  /// `precision` applies to the operands of matrix products; to those of attention only if AMX is
  /// present or the precision is emulated. Sums, softmax, layer norm and everything that a probe
  /// receives are float32. Throws what RequirePrecision throws.
  static Encoder Load(const std::filesystem::path& model_dir,
                      Precision precision = Precision::kFloat32);
  /// The same if config.json was read already.
  static Encoder Load(const std::filesystem::path& model_dir, const ModelConfig& config,
                      Precision precision);

  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  /// Rounds the weights of an encoder in float32 to `precision`, without reading its files again:
  /// the same encoder as one loaded in it. Workspaces made before do not fit it, and no thread may
  /// use it meanwhile. Throws what RequirePrecision throws.
  void LowerPrecision(Precision precision);

  const ModelConfig& config() const;
  ModelShape shape() const { return config().shape(); }

  /// The plan that computes what `probe` wants. Throws UsageError for a layer that the model does
  /// not have.
  std::shared_ptr<const ForwardPlan> MakePlan(const Probe& probe) const;
  std::shared_ptr<Workspace> MakeWorkspace(std::size_t max_sequence_length) const;

  /// Runs one forward pass over one sequence and calls `probe` for every point of `plan`. The
  /// sequence has token ids [S], token types (if the family has any) all 0, and positions 0..S-1;
  /// every token attends to every token. Single-threaded. Throws InputError if S exceeds
  /// max_position_embeddings or an id is not in the vocabulary.
  void Forward(std::span<const std::int32_t> token_ids, const ForwardPlan& plan,
               Workspace& workspace, Probe& probe) const;

 private:
  struct Weights;
  explicit Encoder(std::unique_ptr<Weights> weights);
  std::unique_ptr<Weights> weights_;
};

}  // namespace zipflens
