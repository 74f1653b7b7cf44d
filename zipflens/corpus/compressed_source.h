// Decompressors of a ByteSource: gzip, Zstandard and bzip2.
#pragma once

#include <memory>
#include <string>

#include "zipflens/corpus/byte_source.h"

namespace zipflens {

enum class Compression { kNone, kGzip, kZstandard, kBzip2 };

/// Returns a reader of the decompressed bytes of `raw`, or `raw` itself for kNone. Error messages
/// call the source `name`. Reading throws InputError if the bytes are not in that format, truncated
/// or damaged.
std::unique_ptr<ByteSource> Decompressed(std::unique_ptr<ByteSource> raw, Compression compression,
                                         const std::string& name);

}  // namespace zipflens
