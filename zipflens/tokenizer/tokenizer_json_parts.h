// The parts of a tokenizer.json that change no ids: checked, since the reference reads them too.
#pragma once

#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"

namespace zipflens {

/// Checks `truncation`, `padding`, `post_processor` and `decoder` of a tokenizer.json, and that it
/// has no field that the reference does not know. Throws InputError naming the field: where the
/// reference (tokenizers 0.23.3) refuses the file; for a post_processor that is not
/// BertProcessing, RobertaProcessing or a TemplateProcessing that keeps a single text whole; and
/// for a decoder that is not WordPiece.
void CheckPartsWithoutIds(const JsonField& root);

}  // namespace zipflens
