#include "zipflens/base/lfs_pointer.h"

#include "zipflens/base/error.h"

namespace zipflens {

void RefuseLfsPointer(const std::filesystem::path& path, std::string_view first_bytes) {
  if (!first_bytes.starts_with("version https://git-lfs.github.com/spec/")) return;
  throw InputError({.source = path.string(),
                    .found = "a Git LFS pointer, which stands for a file that was not fetched",
                    .expected = "the file itself (run `git lfs pull` in the clone)"});
}

}  // namespace zipflens
