// The reader and the fields of JSON (base/), as the tokenizer's files use them.
#pragma once

#include "zipflens/base/json_field.h"   // IWYU pragma: export
#include "zipflens/base/json_reader.h"  // IWYU pragma: export
