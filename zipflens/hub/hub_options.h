// HubOptions: what a user says about names of the hub.
#pragma once

#include <string>

namespace zipflens {

struct HubOptions {
  bool offline = false;                  // the cache alone; HF_HUB_OFFLINE says the same
  std::string revision = "main";         // of the model: branch, tag or commit
  std::string corpus_revision = "main";  // of the corpus
};

}  // namespace zipflens
