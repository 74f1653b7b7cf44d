#include "tests/corpus/compressed_files.h"

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>

namespace zipflens {

std::string Gzip(std::string_view text) {
  z_stream stream = {};
  constexpr int kGzip = 16;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, /*memLevel=*/8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int status = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("deflate");
  return compressed;
}

std::string Zstd(std::string_view text) {
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), text.data(),
                                         text.size(), /*compressionLevel=*/1);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("ZSTD_compress");
  compressed.resize(size);
  return compressed;
}

}  // namespace zipflens
