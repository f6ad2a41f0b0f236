"""Fetches a model of the Hugging Face hub, or says in a sentence why it cannot be had."""

from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

from sysgen_events import fail, first_line

FILES = ["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt", "*.tiktoken"]
# Copies of the weights, in the layout of their maker or for other libraries.
COPIES = ["consolidated*.safetensors", "*/*.safetensors"]


def fetched(model, revision=None):
    """The model's folder in the hub's cache."""
    try:
        return snapshot_download(model, revision=revision, allow_patterns=FILES, ignore_patterns=COPIES)
    except Exception as error:  # Below the hub's client are those of HTTP and of files.
        fail("hub", f"{model}: {why_not(error, model, revision)}")


def why_not(error, model, revision):
    page = f"{constants.ENDPOINT}/{model}"
    tokens = f"{constants.ENDPOINT}/settings/tokens"
    if isinstance(error, GatedRepoError):
        return f"it is gated. Accept its conditions at {page} and set HF_TOKEN to a token of that account ({tokens})"
    if isinstance(error, RepositoryNotFoundError):
        return f"the hub knows no such model, or it is private. Is the id right ({page})? A private one needs HF_TOKEN ({tokens})"
    if isinstance(error, RevisionNotFoundError):
        return f"it has no revision {revision or 'main'}. {page}/tree/main names its branches and tags"
    if isinstance(error, HfHubHTTPError) and error.response.status_code in (401, 403):
        return f"the hub refuses the token of HF_TOKEN ({error.response.status_code}). It may be cut, expired or without the right to read ({tokens})"
    if isinstance(error, LocalEntryNotFoundError):
        cause = error.__cause__ or error
        return f"the hub cannot be reached ({type(cause).__name__}: {first_line(cause)}), and the hub's cache does not hold it whole"
    return f"{type(error).__name__}: {first_line(error)}"
