# Installs opgave, moves what is installed, then configures, builds and runs the consumer there.

set(work ${build}/consumer)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${build} --config ${config} --prefix ${work}/first)
file(RENAME ${work}/first ${work}/moved)

file(GLOB_RECURSE installed ${work}/moved/*.cmake)
cmake_path(GET build PARENT_PATH anywhere_here)
foreach(file IN LISTS installed)
  file(READ ${file} text)
  if(text MATCHES "${anywhere_here}")
    message(FATAL_ERROR "${file} names a directory of the build, so it cannot be moved")
  endif()
endforeach()

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${work}/build -G ${generator}
  -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_BUILD_TYPE=${config}
  -D CMAKE_PREFIX_PATH=${work}/moved -D version=${version})
run(${CMAKE_COMMAND} --build ${work}/build --config ${config})
file(GLOB_RECURSE consumer ${work}/build/consumer ${work}/build/consumer.exe)
run(${consumer})
