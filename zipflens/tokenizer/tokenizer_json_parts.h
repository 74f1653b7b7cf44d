// Checks the parts of a tokenizer.json that do not change ids, because the reference checks them,
// too.
#pragma once

#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {

/// Checks `truncation`, `padding`, `post_processor` and `decoder` of a tokenizer.json, and that it
/// has no field that the reference does not know. Throws InputError that names the field if the
/// reference (tokenizers 0.23.3) refuses the file, if the post_processor is not BertProcessing,
/// RobertaProcessing or a TemplateProcessing that keeps a single text whole, or if the decoder is
/// not WordPiece.
void CheckPartsWithoutIds(const JsonField& root);

}  // namespace zipflens
