#include "zipflens/corpus/data_file_kinds.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "zipflens/base/ascii_case.h"
#include "zipflens/corpus/file_pattern.h"

namespace zipflens {
namespace {

/// A loader and its endings.
struct Loader {
  std::string_view name;
  bool has_upper_case;       // the upper-case endings are known, too
  std::string_view endings;  // each one is followed by a space
};

// datasets.packaged_modules._EXTENSION_TO_MODULE of datasets 5.2.0;
// folders_against_datasets_test.py compares.
constexpr Loader kLoaders[] = {
    {"csv", false, ".csv .tsv "},
    {"json", false, ".json .jsonl .ndjson "},
    {"parquet", false, ".parquet .geoparquet .gpq "},
    {"arrow", false, ".arrow "},
    {"text", false, ".txt "},
    {"conll", false, ".conll .conllu "},
    {"webdataset", false, ".tar "},
    {"xml", false, ".xml "},
    {"hdf5", false, ".hdf5 .h5 "},
    {"eval", false, ".eval "},
    {"harbor", false, ".toml .md "},
    {"lance", false, ".lance "},
    {"tsfile", false, ".tsfile "},
    {"vortex", false, ".vortex "},
    {"fasta", false, ".fa .fasta .fna .ffn .faa .frn .afa "},
    {"genbank", false, ".gb .gbk .genbank "},
    {"fastq", false, ".fq .fastq "},
    {"pdb", true, ".pdb .ent "},
    {"mmcif", false, ".cif .mmcif "},
    {"imagefolder", true,
     ".blp .bmp .dib .bufr .cur .pcx .dcx .dds .ps .eps .fit .fits .fli .flc .ftc "
     ".ftu .gbr .gif .grib .png .apng .jp2 .j2k .jpc .jpf .jpx .j2c .icns .ico .im "
     ".iim .tif .tiff .jfif .jpe .jpg .jpeg .msp .pcd .pxr .pbm .pgm .ppm .pnm .psd "
     ".bw .rgb .rgba .sgi .ras .tga .icb .vda .vst .webp .wmf .emf .xbm .xpm "},
    {"audiofolder", true,
     ".mpg .aiff .au .avr .caf .flac .htk .svx .mat4 .mat5 .mpc2k .ogg .paf .pvf "
     ".raw .rf64 .sd2 .sds .ircam .voc .w64 .wav .nist .wavex .wve .xi .mp3 .opus "
     ".3gp .3g2 .asf .flv .m4v .webm .f4v .wmv .wma .ogm .mxf .nut "},
    {"videofolder", true, ".mpeg .avi .mp4 .mov .mkv "},
    {"meshfolder", true, ".glb .gltf .ply .stl "},
    {"pdffolder", true, ".pdf "},
    {"niftifolder", true, ".nii "},
};

// Files that accompany data but contain none: _ALL_METADATA_EXTENSIONS, _ALL_METADATA_FILENAMES.
constexpr std::array<std::string_view, 3> kMetadataEndings = {".idx", ".manifest", ".txn"};
constexpr std::array<std::string_view, 6> kMetadataNames = {
    "instruction.md", "latest_version_hint.json", "metadata.csv",
    "metadata.jsonl", "metadata.parquet",         "task.toml"};

constexpr std::string_view kZip = ".zip";

// Maps every known ending, including its '.', to its loader.
const std::unordered_map<std::string, std::string_view>& LoaderOfEnding() {
  static const auto loaders = [] {
    std::unordered_map<std::string, std::string_view> map;
    for (const Loader& loader : kLoaders) {
      std::string_view rest = loader.endings;
      while (!rest.empty()) {
        const std::string_view ending = rest.substr(0, rest.find(' '));
        rest.remove_prefix(ending.size() + 1);
        map.emplace(ending, loader.name);
        if (loader.has_upper_case) map.emplace(AsciiUpper(ending), loader.name);
      }
    }
    return map;
  }();
  return loaders;
}

// Returns the parts of a file's name that begin with a '.'.
std::vector<std::string> EndingsOf(std::string_view path) {
  std::vector<std::string> endings;
  const std::string_view name = NameOf(path);
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos;) {
    const std::size_t next = name.find('.', dot + 1);
    endings.emplace_back(name.substr(dot, next - dot));
    dot = next;
  }
  return endings;
}

template <std::size_t kCount>
bool IsOneOf(std::string_view text, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

bool IsDataFileName(std::string_view path) {
  const std::vector<std::string> endings = EndingsOf(path);
  return std::any_of(endings.begin(), endings.end(), [](const std::string& ending) {
    return LoaderOfEnding().contains(ending) || ending == kZip || IsOneOf(ending, kMetadataEndings);
  });
}

std::string InferLoader(const std::vector<std::string>& paths) {
  std::map<std::pair<bool, std::string>, std::size_t>
      count_of;  // key: whether it is data, and the ending
  for (const std::string& path : paths) {
    const bool is_data = !IsOneOf(NameOf(path), kMetadataNames);
    for (const std::string& ending : EndingsOf(path)) ++count_of[{is_data, AsciiLower(ending)}];
  }
  using Rank = std::tuple<bool, std::size_t, bool, bool, bool, bool, bool, bool, bool, std::string>;
  std::vector<Rank> ranks;
  for (const auto& [key, count] : count_of) {
    const auto& [is_data, ending] = key;
    ranks.emplace_back(is_data, count, ending == ".parquet", ending == ".lance",
                       ending == ".vortex", ending == ".arrow", ending == ".jsonl",
                       ending == ".json", ending == ".csv", ending);
  }
  std::sort(ranks.rbegin(), ranks.rend());
  for (const Rank& rank : ranks) {
    const std::string& ending = std::get<std::string>(rank);
    const auto loader = LoaderOfEnding().find(ending);
    if (loader != LoaderOfEnding().end()) return std::string(loader->second);
    if (ending == kZip) return "zip";
  }
  return "";
}

bool IsOfLoader(std::string_view path, std::string_view loader) {
  // `.*(ENDING|...)(\..+)?$`: the path contains an ending, which is followed by the end or by '.'
  // and more.
  const auto ends = [&](std::string_view ending) {
    for (std::size_t at = path.find(ending); at != std::string_view::npos;
         at = path.find(ending, at + 1)) {
      const std::string_view rest = path.substr(at + ending.size());
      if (rest.empty() || (rest.size() > 1 && rest.front() == '.')) return true;
    }
    return false;
  };
  if (ends(kZip)) return true;
  const auto& loaders = LoaderOfEnding();
  return std::any_of(loaders.begin(), loaders.end(), [&](const auto& entry) {
    return entry.second == loader && ends(entry.first);
  });
}

std::string_view FormatOfLoader(std::string_view loader) {
  if (loader == "json") return "jsonl";
  if (loader == "parquet" || loader == "text") return loader;
  return "";
}

bool IsUnreadCompression(std::string_view path) {
  static constexpr std::array<std::string_view, 8> kUnread = {".xz",  ".lz4", ".zip", ".7z",
                                                              ".rar", ".tar", ".tgz", ".lzma"};
  const std::vector<std::string> endings = EndingsOf(path);
  return !endings.empty() && IsOneOf(AsciiLower(endings.back()), kUnread);
}

}  // namespace zipflens
