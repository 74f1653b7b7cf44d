# Everything that zipflens links: Debian's packages, and Arrow from the system or from pyarrow.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)  # header-only: small dense algebra
find_package(Boost 1.74 REQUIRED)            # header-only: distributions (Boost.Math)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(dnnl REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(OpenMP REQUIRED COMPONENTS CXX)  # oneDNN's threading: held to one thread a caller

# Highway's own CMake package is named differently across distributions; its library is not.
find_path(HWY_INCLUDE_DIR hwy/highway.h REQUIRED)
find_library(HWY_LIBRARY hwy REQUIRED)
add_library(zipflens_hwy INTERFACE)
target_include_directories(zipflens_hwy SYSTEM INTERFACE "${HWY_INCLUDE_DIR}")
target_link_libraries(zipflens_hwy INTERFACE "${HWY_LIBRARY}")

include(FindArrowOrPyarrow)
include(SimdjsonSource)
