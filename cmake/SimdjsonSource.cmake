# Defines the target zipflens_simdjson: simdjson, compiled from the single-file source in the pysimdjson wheel.
#
# Everything in it stands in the namespace zipflens_simdjson: the libarrow of the pyarrow wheel exports symbols of another
# simdjson, and the loader would take the one's for the other's (docs/decisions/0003-simdjson-source.md).
set(ZIPFLENS_SIMDJSON_DIR "" CACHE PATH "Folder with simdjson.h and simdjson.cpp; empty: from pysimdjson")

set(simdjson_dir "${ZIPFLENS_SIMDJSON_DIR}")
if(NOT simdjson_dir)
  execute_process(
    COMMAND "${ZIPFLENS_PYTHON}" -c "import sysconfig; print(sysconfig.get_path('platlib'), end='/simdjson')"
    OUTPUT_VARIABLE simdjson_dir ERROR_QUIET)
endif()
if(NOT EXISTS "${simdjson_dir}/simdjson.cpp")
  message(FATAL_ERROR
    "No pysimdjson, whose source of simdjson is compiled, for ${ZIPFLENS_PYTHON}: run 'make build', which sets it up, "
    "or set ZIPFLENS_SIMDJSON_DIR")
endif()
message(STATUS "simdjson: from ${simdjson_dir}")
add_library(zipflens_simdjson STATIC "${simdjson_dir}/simdjson.cpp")
target_compile_definitions(zipflens_simdjson PUBLIC simdjson=zipflens_simdjson)
target_compile_options(zipflens_simdjson PRIVATE -w)
target_include_directories(zipflens_simdjson SYSTEM PUBLIC "${simdjson_dir}")
set_target_properties(zipflens_simdjson PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
                      EXPORT_COMPILE_COMMANDS OFF CXX_CLANG_TIDY "")
