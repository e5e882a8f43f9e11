# Flags, and the functions every folder declares its target with.

add_library(airy_flags INTERFACE)
target_compile_features(airy_flags INTERFACE cxx_std_20)
target_compile_options(airy_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Woverloaded-virtual
  -Wdouble-promotion -Wformat=2 -Werror=return-type
  $<$<BOOL:${AIRY_WERROR}>:-Werror>
  # -Wrestrict takes the concatenation of strings for an overlap in GCC 12 (GCC bug 105329).
  # The other three trip over inlined library code, and over most of it with sanitizers.
  -Wno-error=null-dereference -Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
  -Wno-restrict)

if(AIRY_SANITIZE)
  target_compile_options(airy_flags INTERFACE -Wno-maybe-uninitialized)
else()
  target_compile_options(airy_flags INTERFACE -Wnull-dereference)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(AIRY_CCACHE ccache)
if(AIRY_CCACHE)
  # What it must overlook to keep objects that use a precompiled header.
  set(AIRY_CCACHE ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${AIRY_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${AIRY_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${AIRY_CCACHE})
endif()
find_program(AIRY_LLD ld.lld)
if(AIRY_LLD)
  add_link_options(-fuse-ld=lld)
endif()
if(AIRY_SANITIZE)
  add_compile_options(-fsanitize=${AIRY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${AIRY_SANITIZE})
endif()

# airy_library(<name> SOURCES ... [PUBLIC ...] [PRIVATE ...] [UNITY])
# Makes target airy_<name> with alias airy::<name>. Headers are found from the repository
# root; each header of the folder must compile alone (all_verify_interface_header_sets).
function(airy_library name)
  cmake_parse_arguments(ARG "UNITY" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  if(ARG_SOURCES)
    add_library(airy_${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(airy_${name} PRIVATE airy_flags ${ARG_PRIVATE})
  else()
    add_library(airy_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(airy::${name} ALIAS airy_${name})
  target_compile_features(airy_${name} ${scope} cxx_std_20)
  target_include_directories(airy_${name} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(airy_${name} ${scope} ${ARG_PUBLIC})
  if(ARG_HEADERS)
    target_sources(airy_${name} ${scope} FILE_SET HEADERS
                   BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
    set_target_properties(airy_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
  if(ARG_UNITY)
    set_target_properties(airy_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 3)
  endif()
endfunction()

# airy_program(<name> SOURCES ... LINK ...)
function(airy_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE airy_flags ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

function(airy_folder path)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${path}/CMakeLists.txt)
    add_subdirectory(${path})
  endif()
endfunction()
