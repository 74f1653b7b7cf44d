// HubSettings: the addresses of the hub and its cache, from the environment variables that Hugging
// Face's own tools read.
#pragma once

#include <filesystem>
#include <string>

namespace zipflens {

/// Decides how a hub name is resolved. The token never appears in a message or a log.
struct HubSettings {
  std::filesystem::path cache_dir;                  // contains models--org--name, datasets--...
  std::string endpoint = "https://huggingface.co";  // without a final slash
  std::string token;                                // empty: none
  bool offline = false;                             // use only the cache, send no request
  int num_retries = 5;     // of one request, counted since its last progress
  int stall_seconds = 30;  // a transfer that receives nothing for this long is aborted
  std::string ca_file;     // certificates to trust; empty: the system's
};

/// Returns the settings that `huggingface_hub.constants` 2.4 would have, from the same variables:
/// HF_HUB_CACHE or HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME (each with ~ and $NAME expanded),
/// HF_ENDPOINT, HF_TOKEN or the file HF_TOKEN_PATH (HF_HOME/token), HF_HUB_DISABLE_IMPLICIT_TOKEN,
/// HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT; SSL_CERT_FILE,
/// REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE; and ZIPFLENS_HUB_RETRIES. Opens no socket. Throws
/// UsageError if the endpoint is neither http:// nor https://, or if a number is malformed.
HubSettings HubSettingsFromEnvironment();

}  // namespace zipflens
