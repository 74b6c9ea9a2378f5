# Writes the sample pages and looks at them.
execute_process(COMMAND "${SAMPLES}" "${FOLDER}/pages" COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND "${NODE}" "${CMAKE_CURRENT_LIST_DIR}/picture_test.mjs" "${CHROMIUM}" "${FOLDER}/pages" "${FOLDER}/shots"
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "picture_test.mjs: ${result}")
endif()
