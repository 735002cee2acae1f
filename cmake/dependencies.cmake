# The only file that looks for other packages; it is installed too, so that a consumer finds them
# in the same way. System packages (Debian, conda, vcpkg) come first, then the headers in the pip
# packages cmeel-eigen and boost-headers.

# The directories in which the current Python looks for packages; empty without Python.
function(opgave_python_path result)
  find_package(Python 3.11 QUIET COMPONENTS Interpreter)
  set(path)
  if(Python_Interpreter_FOUND)
    execute_process(
      COMMAND "${Python_EXECUTABLE}" -c "import sys; print(*filter(None, sys.path), sep=';')"
      OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    file(TO_CMAKE_PATH "${path}" path)
  endif()
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

macro(opgave_missing what)
  if(CMAKE_FIND_PACKAGE_NAME STREQUAL "opgave")
    set(opgave_FOUND FALSE)
    set(opgave_NOT_FOUND_MESSAGE "${what}")
    return()
  endif()
  message(FATAL_ERROR "${what}")
endmacro()

# No version is asked for: Eigen 5 rejects a request for 3.4, and 3.4 rejects a range.
find_package(Eigen3 QUIET CONFIG)
if(NOT Eigen3_FOUND)
  opgave_python_path(opgave_path)
  list(TRANSFORM opgave_path APPEND /cmeel.prefix)
  find_package(Eigen3 QUIET CONFIG PATHS ${opgave_path} NO_DEFAULT_PATH)
endif()
if(NOT Eigen3_FOUND OR Eigen3_VERSION VERSION_LESS 3.4)
  opgave_missing("opgave needs Eigen >= 3.4, found '${Eigen3_VERSION}' (Debian libeigen3-dev, pip cmeel-eigen)")
endif()

# boost-headers has no CMake files, so a path is looked for where they are absent.
find_package(Boost QUIET CONFIG)
if(NOT TARGET Boost::headers)
  opgave_python_path(opgave_path)
  list(TRANSFORM opgave_path APPEND /boost_headers/include)
  find_path(opgave_BOOST_INCLUDE_DIR boost/date_time/gregorian/gregorian_types.hpp
    PATHS ${opgave_path} NO_CACHE)
  if(NOT opgave_BOOST_INCLUDE_DIR)
    opgave_missing("opgave needs the headers of Boost (Debian libboost-dev, pip boost-headers)")
  endif()
  add_library(Boost::headers INTERFACE IMPORTED)
  set_target_properties(Boost::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${opgave_BOOST_INCLUDE_DIR}")
endif()

if(NOT CMAKE_FIND_PACKAGE_NAME)
  get_target_property(opgave_boost Boost::headers INTERFACE_INCLUDE_DIRECTORIES)
  message(STATUS "opgave: Eigen ${Eigen3_VERSION} in ${Eigen3_DIR}")
  message(STATUS "opgave: Boost in ${opgave_boost}")
endif()

find_package(Threads QUIET)
if(NOT Threads_FOUND)
  opgave_missing("opgave needs a thread library")
endif()

if(OPGAVE_PYTHON)
  set(PYBIND11_FINDPYTHON ON)
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
  find_package(pybind11 2.13 REQUIRED CONFIG)
endif()

if(OPGAVE_TESTS)
  find_package(Catch2 REQUIRED CONFIG)
endif()
