// Random models: known numbers of the generator, bytes that do not depend on the machine, and the
// shapes of published models.

#include "zipflens/model/random_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <string>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/random_numbers.h"
#include "zipflens/base/sha256.h"

namespace zipflens {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Known numbers of the authors' library (Random123, kat_vectors, "philox4x32 10").
TEST(PhiloxTest, KnownAnswers) {
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}));
  constexpr std::uint32_t kOnes = 0xFFFFFFFF;
  EXPECT_EQ(Philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Words{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}));
  EXPECT_EQ(Philox4x32({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, {0xA4093822, 0x299F31D0}),
            (Words{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}));
}

TEST(NormalFromBitsTest, InvertsTheNormalDistribution) {
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFF; bits += 0xFFFF01) {
    const double x = NormalFromBits(static_cast<std::uint32_t>(bits));
    const double p = (static_cast<double>(bits) + 0.5) * 0x1p-32;
    const double tail = p < 0.5 ? p : 1 - p;
    EXPECT_NEAR(0.5 * std::erfc(std::abs(x) / std::numbers::sqrt2), tail, 1e-13 * tail) << bits;
    EXPECT_EQ(std::signbit(x), p < 0.5) << bits;
  }
  EXPECT_EQ(NormalFromBits(0), -NormalFromBits(0xFFFFFFFF));
}

class RandomModelTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("zipflens_random_model_test_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static ModelConfig SmallConfig() {
    ModelConfig config;
    config.vocab_size = 100;
    config.num_hidden_layers = 2;
    config.num_attention_heads = 3;
    config.hidden_size = 15;
    config.intermediate_size = 31;
    config.max_position_embeddings = 20;
    return config;
  }

  std::string WeightsSha256(std::uint64_t seed) const {
    WriteRandomModel(SmallConfig(), seed, folder_);
    return Sha256OfFile(folder_ / "model.safetensors");
  }

  std::filesystem::path folder_;
};

TEST_F(RandomModelTest, SameSeedSameBytesOnEveryMachine) {
  const std::string sha256 = WeightsSha256(/*seed=*/1);
  EXPECT_EQ(sha256, "8e16d055e07c6bd2698eff81332f2d7a6038176db9776de8ea6ff157728cf22b");
  EXPECT_EQ(WeightsSha256(/*seed=*/1), sha256);
  EXPECT_NE(WeightsSha256(/*seed=*/2), sha256);
}

TEST_F(RandomModelTest, ConfigIsReadBackAsWritten) {
  ModelConfig config = SmallConfig();
  for (const Activation activation :
       {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu}) {
    config.hidden_act = activation;
    config.layer_norm_eps = 1e-7;
    WriteRandomModel(config, /*seed=*/0, folder_);
    const ModelConfig read = LoadModelConfig(folder_ / "config.json");
    EXPECT_EQ(ModelConfigJson(read), ModelConfigJson(config));
    EXPECT_EQ(read.hidden_act, activation);
    EXPECT_EQ(read.layer_norm_eps, 1e-7);
    EXPECT_EQ(read.head_size(), 5);
  }
}

TEST_F(RandomModelTest, ConfigOfEachFamilyIsReadBackAsWritten) {
  ModelConfig distilbert = SmallConfig();
  distilbert.family = ModelFamily::kDistilBert;
  distilbert.type_vocab_size = 0;
  ModelConfig electra = SmallConfig();
  electra.family = ModelFamily::kElectra;
  electra.embedding_size = 8;
  for (const ModelConfig& config : {distilbert, electra}) {
    WriteRandomModel(config, /*seed=*/0, folder_);
    const ModelConfig read = LoadModelConfig(folder_ / "config.json");
    EXPECT_EQ(ModelConfigJson(read), ModelConfigJson(config));
    EXPECT_EQ(read.family, config.family);
    EXPECT_EQ(read.type_vocab_size, config.type_vocab_size);
    EXPECT_EQ(read.embedding_width(), config.embedding_width());
    EXPECT_EQ(read.hidden_size, 15);
  }
}

TEST_F(RandomModelTest, FolderThatCannotBeWrittenIsAnOutputError) {
  EXPECT_THROW(WriteRandomModel(SmallConfig(), /*seed=*/0, folder_ / "missing"), OutputError);
}

TEST(KnownModelConfigTest, PublishedShapes) {
  const ModelConfig large = KnownModelConfig("google-bert/bert-large-uncased");
  EXPECT_EQ(large.num_hidden_layers, 24);
  EXPECT_EQ(large.hidden_size, 1024);
  EXPECT_EQ(large.num_attention_heads, 16);
  EXPECT_EQ(large.intermediate_size, 4096);
  EXPECT_EQ(large.vocab_size, 30522);
  EXPECT_EQ(KnownModelConfig("bert-base-cased").vocab_size, 28996);
  EXPECT_EQ(KnownModelConfig("google/bert_uncased_L-2_H-128_A-2").hidden_size, 128);
  const ModelConfig minilm = KnownModelConfig("sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(minilm.head_size(), 32);
  EXPECT_EQ(minilm.intermediate_size, 1536);
  const ModelConfig electra = KnownModelConfig("google/electra-small-discriminator");
  EXPECT_EQ(electra.family, ModelFamily::kElectra);
  EXPECT_EQ(electra.embedding_width(), 128);
  EXPECT_EQ(electra.hidden_size, 256);
  EXPECT_EQ(electra.intermediate_size, 1024);
  EXPECT_EQ(KnownModelConfig("distilbert/distilbert-base-uncased").family,
            ModelFamily::kDistilBert);
  for (const std::string& name : KnownModelNames())
    EXPECT_GT(KnownModelConfig(name).head_size(), 0);
}

TEST(KnownModelConfigTest, UnknownNameListsTheKnown) {
  for (const char* name : {"gpt2", "", "owner/"}) {
    try {
      KnownModelConfig(name);
      FAIL() << name;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("known: bert-tiny, bert_uncased_L-2"));
    }
  }
}

}  // namespace
}  // namespace zipflens
