// HubOptions: the user's options for names of the hub.
#pragma once

#include <string>

namespace zipflens {

struct HubOptions {
  bool offline = false;                  // use only the cache; as HF_HUB_OFFLINE does
  std::string revision = "main";         // of the model: branch, tag or commit
  std::string corpus_revision = "main";  // of the corpus
};

}  // namespace zipflens
