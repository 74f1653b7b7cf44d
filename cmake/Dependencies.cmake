# Everything that zipflens links: Debian's packages, and Arrow from the system or from pyarrow.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)  # header-only: small dense algebra
find_package(Boost 1.74 REQUIRED)            # header-only: distributions (Boost.Math)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)

# Highway's own CMake package is named differently across distributions; its library is not.
find_path(HWY_INCLUDE_DIR hwy/highway.h REQUIRED)
find_library(HWY_LIBRARY hwy REQUIRED)
add_library(zipflens_hwy INTERFACE)
target_include_directories(zipflens_hwy SYSTEM INTERFACE "${HWY_INCLUDE_DIR}")
target_link_libraries(zipflens_hwy INTERFACE "${HWY_LIBRARY}")
# Every kernel is compiled for each of SSE2, SSE4, AVX2 and AVX-512. Processors that have SSSE3 and no SSE4.1 were last
# made in 2007: they use SSE2.
target_compile_definitions(zipflens_hwy INTERFACE HWY_DISABLED_TARGETS=HWY_SSSE3)
if(ZIPFLENS_FUZZ)  # parsers are fuzzed, not kernels: one instruction set will do, and compiles faster
  target_compile_definitions(zipflens_hwy INTERFACE HWY_COMPILE_ONLY_STATIC)
endif()

include(FindArrowOrPyarrow)
include(SimdjsonSource)
