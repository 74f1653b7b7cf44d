# zipflens_room(NAME SOURCES... ): one library a folder of zipflens/, with the project's flags.
add_library(zipflens_flags INTERFACE)
target_include_directories(zipflens_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(zipflens_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
                       -Wno-restrict  # false alarms in g++ 12 (GCC bug 105329)
                       -ffp-contract=off)
if(ZIPFLENS_WERROR)
  target_compile_options(zipflens_flags INTERFACE -Werror)
endif()
if(ZIPFLENS_SANITIZE)
  target_compile_options(zipflens_flags INTERFACE -fsanitize=${ZIPFLENS_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all
                         -Wno-maybe-uninitialized)  # g++ 12 takes instrumented code for such
  target_link_options(zipflens_flags INTERFACE -fsanitize=${ZIPFLENS_SANITIZE})
endif()

function(zipflens_room room)
  cmake_parse_arguments(arg "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(zipflens_${room} STATIC ${arg_SOURCES})
  target_link_libraries(zipflens_${room} PUBLIC zipflens_flags)
  foreach(dependency IN LISTS arg_ROOMS)
    target_link_libraries(zipflens_${room} PUBLIC zipflens_${dependency})
  endforeach()
  target_link_libraries(zipflens_${room} PRIVATE ${arg_LIBRARIES})
endfunction()
