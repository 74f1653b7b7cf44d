// Decompressors over a ByteSource: gzip, Zstandard, bzip2.
#pragma once

#include <memory>
#include <string>

#include "zipflens/corpus/byte_source.h"

namespace zipflens {

enum class Compression { kNone, kGzip, kZstandard, kBzip2 };

/// The decompressed bytes of `raw`; `name` is what messages call it. kNone gives `raw` itself.
/// Reading throws InputError: not that format, truncated, damaged.
std::unique_ptr<ByteSource> Decompressed(std::unique_ptr<ByteSource> raw, Compression compression,
                                         const std::string& name);

}  // namespace zipflens
