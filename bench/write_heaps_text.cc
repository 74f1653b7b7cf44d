// write_heaps_text CORPUS MEGABYTES OUT [SEED]: writes the text of the benchmarks to a file, for
// the peers.
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bench/heaps_text.h"
#include "zipflens/corpus/corpus.h"

int main(int argc, char** argv) {
  try {
    if (argc != 4 && argc != 5) {
      throw std::runtime_error("usage: write_heaps_text CORPUS MEGABYTES OUT [SEED]");
    }
    const auto corpus = zipflens::OpenCorpus({argv[1]}, {});
    std::string real_text;
    while (const auto document = corpus->Next()) real_text += document->text + "\n";
    std::ofstream out(argv[3], std::ios::binary);
    zipflens::WriteHeapsText(real_text, std::stoull(argv[2]) * 1'000'000,
                             argc == 5 ? std::stoull(argv[4]) : 1, out);
    if (!out.flush()) throw std::runtime_error("cannot write " + std::string(argv[3]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
