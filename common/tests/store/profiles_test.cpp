#include <catch2/catch_test_macros.hpp>

#include "workshop/store/store.hpp"

namespace workshop {

TEST_CASE("the profiles have the limits of their databases") {
  CHECK(Profile::relational().document_bytes_max == std::numeric_limits<std::size_t>::max());
  CHECK(Profile::relational().batch_operations_max == std::numeric_limits<std::size_t>::max());
  CHECK_FALSE(Profile::relational().partitioned);
  CHECK(Profile::dynamodb().document_bytes_max == 409'600);
  CHECK(Profile::dynamodb().batch_operations_max == 1);
  CHECK(Profile::dynamodb().partitioned);
  CHECK(Profile::cosmos().document_bytes_max == 2'097'152);
  CHECK(Profile::cosmos().batch_operations_max == 100);
  CHECK(Profile::cosmos().batch_bytes_max == 2'097'152);
  CHECK(Profile::cosmos().partitioned);
  CHECK(Profile::relational().name == "relational");
  CHECK(Profile::dynamodb().name == "dynamodb");
  CHECK(Profile::cosmos().name == "cosmos");
}

}  // namespace workshop
