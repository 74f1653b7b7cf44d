// Encoder: a BERT-family encoder in evaluation mode that computes what its probe listens to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "zipflens/kernels/matmul.h"
#include "zipflens/model/model_config.h"
#include "zipflens/model/probe.h"

namespace zipflens {

/// Throws UsageError for kBfloat16 on a machine that does not multiply it.
void RequirePrecision(Precision precision);

/// What a forward pass has to compute: nothing after the last point that `probe` wants.
class ForwardPlan;

/// The scratch memory of one thread for sequences of up to S tokens; made by Encoder::MakeWorkspace
/// in the thread that will use it.
class Workspace;

/// The weights, packed for the matrix products, and the forward pass. Immutable after loading: any
/// number of threads may call Forward at once, each with its own workspace and probe.
class Encoder {
 public:
  /// Loads `config.json` and the safetensors of a model folder. Everything is validated before
  /// anything is computed: every tensor's presence, type, shape, place in the file, and finiteness.
  /// Throws InputError naming file and tensor. `precision` is that of the operands of
  /// products (of attention's too where there is AMX, or it is emulated); sums, softmax, layer norm
  /// and all that a probe hears are float32. See RequirePrecision.
  static Encoder Load(const std::filesystem::path& model_dir,
                      Precision precision = Precision::kFloat32);

  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  const ModelConfig& config() const;
  ModelShape shape() const { return config().shape(); }

  /// The plan for what `probe` wants. Throws UsageError for a layer the model does not have.
  std::shared_ptr<const ForwardPlan> MakePlan(const Probe& probe) const;
  std::shared_ptr<Workspace> MakeWorkspace(int max_sequence_length) const;

  /// One forward pass over one sequence: token ids [S], token types (if any) all 0, positions
  /// 0..S-1, every token attended to. Calls `probe` for every point of `plan`. Single-threaded. S
  /// must not pass max_position_embeddings and ids must lie in the vocabulary (checked:
  /// InputError).
  void Forward(std::span<const std::int32_t> token_ids, const ForwardPlan& plan,
               Workspace& workspace, Probe& probe) const;

 private:
  struct Weights;
  explicit Encoder(std::unique_ptr<const Weights> weights);
  std::unique_ptr<const Weights> weights_;
};

}  // namespace zipflens
