// The gnuplot script of a figure: the only place that knows gnuplot's language.
#pragma once

#include <string>
#include <vector>

#include "zipflens/figures/figure.h"
#include "zipflens/figures/figure_data.h"
#include "zipflens/figures/figure_layout.h"
#include "zipflens/figures/figure_writer.h"

namespace zipflens {

/// The face of all text. Metrically Arial; where it is not installed fontconfig takes the nearest.
inline constexpr const char* kFontFamily = "Liberation Sans";

/// `text` on one line as a double-quoted gnuplot string: letters, digits, spaces and a few harmless
/// signs stand as they are, everything else in ASCII as its octal code, since gnuplot 5.4 misreads
/// some quotes inside quotes. All terminals are opened with `noenhanced`, so no character has a
/// meaning when it is drawn either.
std::string GnuplotString(const std::string& text);

/// File of a panel's raster layer: NAME_layerK.png.
std::string LayerFileName(const Figure& figure, std::size_t panel_idx);

/// A script that draws `figure` in the formats of `options`, reading the data files and layers
/// that lie beside it. `rows`: see MakeDataFiles.
std::string MakeGnuplotScript(const Figure& figure, const FigureLayout& layout,
                              const std::vector<std::vector<DataRows>>& rows,
                              const FigureOptions& options);

}  // namespace zipflens
