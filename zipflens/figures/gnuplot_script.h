// The gnuplot script of a figure: the only place that knows gnuplot's language.
#pragma once

#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/figure_writer.h"

namespace zipflens {

/// The face of all text, metrically equal to Arial. If it is not installed, fontconfig takes the
/// nearest face.
inline constexpr const char* kFontFamily = "Liberation Sans";

/// `text` on one line as a double-quoted gnuplot string: letters, digits, spaces and a few harmless
/// signs stand as they are, everything else in ASCII as its octal code, since gnuplot 5.4 misreads
/// some quotes inside quotes. All terminals are opened with `noenhanced`, so no character has a
/// meaning when it is drawn either.
std::string GnuplotString(const std::string& text);

/// The file of a panel's raster: NAME_layerK.png.
std::string LayerFileName(const Figure& figure, std::size_t panel_idx);

/// A script that draws `figure` in the formats of `options`. It reads the data files and rasters
/// that are in its folder. `rows`: see WriteDataFiles.
std::string MakeGnuplotScript(const Figure& figure, const FigureLayout& layout,
                              const std::vector<std::vector<DataRows>>& rows,
                              const FigureOptions& options);

}  // namespace zipflens
