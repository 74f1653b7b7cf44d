// HubSettings: where the hub and its cache are, out of the environment that Hugging Face's own
// tools read.
#pragma once

#include <filesystem>
#include <string>

namespace zipflens {

/// What decides how a hub name is resolved. The token is in no message and no log.
struct HubSettings {
  std::filesystem::path cache_dir;                  // holds models--org--name and datasets--...
  std::string endpoint = "https://huggingface.co";  // no slash at its end
  std::string token;                                // empty: none
  bool offline = false;                             // the cache alone, no request
  int num_retries = 5;                              // of one request, without any progress between
  int stall_seconds = 30;  // a transfer without a byte for so long is dropped
  std::string ca_file;     // certificates to trust; empty: the system's
};

/// The settings of `huggingface_hub.constants` 2.4, from the same variables: HF_HUB_CACHE or
/// HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME (each with ~ and $NAME expanded), HF_ENDPOINT,
/// HF_TOKEN or the file HF_TOKEN_PATH (HF_HOME/token), HF_HUB_DISABLE_IMPLICIT_TOKEN,
/// HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT; SSL_CERT_FILE,
/// REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE; and ZIPFLENS_HUB_RETRIES. Opens no socket. Throws
/// UsageError: an endpoint that is neither http:// nor https://, a number that is none.
HubSettings HubSettingsFromEnvironment();

}  // namespace zipflens
