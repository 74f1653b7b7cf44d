# Defines the target zipflens_arrow: Arrow C++ with Parquet, from the system or from the pyarrow wheel.
add_library(zipflens_arrow INTERFACE)

find_package(Arrow CONFIG QUIET)
find_package(Parquet CONFIG QUIET)
if(Arrow_FOUND AND Parquet_FOUND)
  message(STATUS "Arrow: ${Arrow_VERSION}, from the system")
  target_link_libraries(zipflens_arrow INTERFACE Arrow::arrow_shared Parquet::parquet_shared)
  return()
endif()

# Another pyarrow is another path and version: configure again.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/requirements.txt")
execute_process(
  COMMAND "${ZIPFLENS_PYTHON}" -c
          "import pyarrow; print(pyarrow.get_include(), pyarrow.get_library_dirs()[0], pyarrow.__version__, pyarrow.__version__.split('.')[0] + '00', sep=';')"
  OUTPUT_VARIABLE pyarrow OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
if(failed)
  message(FATAL_ERROR
    "No Arrow C++ on this system and no pyarrow for ${ZIPFLENS_PYTHON}: run 'make build', which sets both up")
endif()
list(GET pyarrow 0 arrow_include)
list(GET pyarrow 1 arrow_lib_dir)
list(GET pyarrow 2 arrow_version)
list(GET pyarrow 3 arrow_soversion)
message(STATUS "Arrow: ${arrow_version}, from pyarrow in ${arrow_lib_dir}")
target_include_directories(zipflens_arrow SYSTEM INTERFACE "${arrow_include}")
target_link_libraries(zipflens_arrow INTERFACE
  "${arrow_lib_dir}/libarrow.so.${arrow_soversion}"
  "${arrow_lib_dir}/libparquet.so.${arrow_soversion}")
set(CMAKE_BUILD_RPATH "${arrow_lib_dir}")
set(CMAKE_INSTALL_RPATH "${arrow_lib_dir}")
