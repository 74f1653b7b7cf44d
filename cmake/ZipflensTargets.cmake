# How the libraries and programs of this project are compiled.
add_library(zipflens_flags INTERFACE)
target_include_directories(zipflens_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(zipflens_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # False alarms in g++ 12 (GCC bugs 105329, 105651). Standard headers that are precompiled no longer count as system
  # headers, so that their inlined code is warned of too.
  target_compile_options(zipflens_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()
target_compile_options(zipflens_flags INTERFACE -ffp-contract=off)
if(ZIPFLENS_WERROR)
  target_compile_options(zipflens_flags INTERFACE -Werror)
endif()
if(ZIPFLENS_SANITIZE)
  target_compile_options(zipflens_flags INTERFACE -fsanitize=${ZIPFLENS_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(zipflens_flags INTERFACE -Wno-maybe-uninitialized)  # g++ 12 takes instrumented code for such
  endif()
  target_link_options(zipflens_flags INTERFACE -fsanitize=${ZIPFLENS_SANITIZE})
endif()

# Each source is of one kind. Hot ones are compiled as the build type says, with -O3. Cold ones (options, the hub,
# configurations, reports, tests) are compiled with -O1, which takes two thirds of the time; floating-point results do
# not depend on it. Those of the kind json are cold and include nlohmann/json.hpp.
set(zipflens_cold_options "$<$<CONFIG:Release,RelWithDebInfo>:-O1>")

# The headers that most files of a kind include, compiled once. Files include what they need all the same: `make lint`
# and CMAKE_DISABLE_PRECOMPILE_HEADERS=ON do without. g++ 12 crashes if a file and its precompiled headers differ in
# -O, and ignores them if -fPIC and -fPIE differ: hence one set per kind, and -fPIC in programs. Of nlohmann's header
# every file that sees it instantiates a parser, which takes 0.7 s: hence a kind of its own.
set(zipflens_common_headers <algorithm> <chrono> <cmath> <cstdint> <filesystem> <functional> <limits> <map> <memory>
    <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>
    <fmt/ranges.h>)

# zipflens_headers(KIND OPTIONS HEADERS... [LIBRARIES libraries...]): the target whose precompiled headers KIND reuses.
function(zipflens_headers kind)
  cmake_parse_arguments(arg "" "" "OPTIONS;HEADERS;LIBRARIES" ${ARGN})
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/headers_${kind}.cc" CONTENT "// Owns precompiled headers.\n")
  add_library(zipflens_headers_${kind} OBJECT "${CMAKE_BINARY_DIR}/headers_${kind}.cc")
  set_target_properties(zipflens_headers_${kind} PROPERTIES EXPORT_COMPILE_COMMANDS OFF)
  target_link_libraries(zipflens_headers_${kind} PRIVATE zipflens_flags fmt::fmt ${arg_LIBRARIES})
  target_compile_options(zipflens_headers_${kind} PRIVATE ${arg_OPTIONS})
  target_precompile_headers(zipflens_headers_${kind} PRIVATE ${zipflens_common_headers} ${arg_HEADERS})
endfunction()
zipflens_headers(hot)
zipflens_headers(cold OPTIONS ${zipflens_cold_options})
zipflens_headers(json OPTIONS ${zipflens_cold_options} HEADERS <nlohmann/json.hpp>
                 LIBRARIES nlohmann_json::nlohmann_json)

# Sources of a kind are compiled several at a time, as if they were one file: most of what g++ does for a small file is
# to instantiate the same templates again. Vector code stays apart, because Highway includes each file several times.
# Without it a build from nothing takes nearly twice as long, and a change of one file less: the presets dev and lint do
# without.
option(ZIPFLENS_UNITY "Compile several source files at a time" ON)
function(zipflens_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${ZIPFLENS_UNITY} UNITY_BUILD_BATCH_SIZE 6)
endfunction()

# zipflens_program_kind(TARGET KIND): the kind of a program's own sources: cold, json or tests.
function(zipflens_program_kind target kind)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC ${zipflens_cold_options})
  target_precompile_headers(${target} REUSE_FROM zipflens_headers_${kind})
endfunction()

# zipflens_room(NAME [SOURCES hot...] [COLD_SOURCES...] [JSON_SOURCES...] [ROOMS...] [LIBRARIES...]): the library of a
# folder of zipflens/. Vector code shares few headers with the rest, and does without: NO_PRECOMPILED_HEADERS.
function(zipflens_room room)
  cmake_parse_arguments(arg "NO_PRECOMPILED_HEADERS" "" "SOURCES;COLD_SOURCES;JSON_SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(zipflens_${room} STATIC ${arg_SOURCES})
  target_link_libraries(zipflens_${room} PUBLIC zipflens_flags)
  foreach(dependency IN LISTS arg_ROOMS)
    target_link_libraries(zipflens_${room} PUBLIC zipflens_${dependency})
  endforeach()
  target_link_libraries(zipflens_${room} PRIVATE ${arg_LIBRARIES})
  if(arg_SOURCES AND NOT arg_NO_PRECOMPILED_HEADERS)
    target_precompile_headers(zipflens_${room} REUSE_FROM zipflens_headers_hot)
    zipflens_unity(zipflens_${room})
  endif()
  foreach(kind cold json)
    string(TOUPPER ${kind} upper_kind)
    if(NOT arg_${upper_kind}_SOURCES)
      continue()
    endif()
    add_library(zipflens_${room}_${kind} OBJECT ${arg_${upper_kind}_SOURCES})
    target_link_libraries(zipflens_${room}_${kind} PRIVATE
                          zipflens_flags $<TARGET_PROPERTY:zipflens_${room},LINK_LIBRARIES>)
    target_compile_options(zipflens_${room}_${kind} PRIVATE ${zipflens_cold_options})
    target_precompile_headers(zipflens_${room}_${kind} REUSE_FROM zipflens_headers_${kind})
    zipflens_unity(zipflens_${room}_${kind})
    target_sources(zipflens_${room} PRIVATE $<TARGET_OBJECTS:zipflens_${room}_${kind}>)
  endforeach()
endfunction()
