"""Fetches files from http, https and file URLs; a file that was cut off is never taken for whole."""
import hashlib
import shutil
import time
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from .errors import PkgpandaError

TRIES = 4
SECONDS_BETWEEN_TRIES = 1
TIMEOUT_SECONDS = 60
CHUNK_BYTES = 1 << 20
# To try these again is of no use.
NEVER = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)


class NotThere(PkgpandaError):
    """The server works and does not have it."""


class _CutOff(Exception):
    pass


def shown_url(url):
    """For messages: without user, password and query, which may be secrets."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def download(url, path, most_bytes=None):
    """Writes what is at the URL to a file, and no more bytes than it may have. Raises NotThere, PkgpandaError."""
    if urlsplit(url).scheme == "file":
        _copy(url, path)
        return
    for left in reversed(range(TRIES)):
        try:
            _get(url, path, most_bytes)
            return
        except NotThere:
            raise
        except (requests.RequestException, _CutOff) as error:
            if left == 0 or isinstance(error, NEVER):
                raise PkgpandaError(f"{shown_url(url)} could not be fetched: {error}") from error
            time.sleep(SECONDS_BETWEEN_TRIES)


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _copy(url, path):
    try:
        shutil.copyfile(unquote(urlsplit(url).path), path)
    except FileNotFoundError as error:
        raise NotThere(f"{shown_url(url)} is not there.") from error
    except OSError as error:
        raise PkgpandaError(f"{url} could not be read: {error}") from error


def _get(url, path, most_bytes):
    # Bytes as they are: a tarball must not be unpacked on the way.
    headers = {"Accept-Encoding": "identity"}
    with requests.get(url, stream=True, timeout=TIMEOUT_SECONDS, headers=headers) as response:
        # Object stores answer 403 for what is not there, unless one may list it.
        if response.status_code in (403, 404, 410):
            raise NotThere(f"{shown_url(url)} is not there: the server says {response.status_code}.")
        response.raise_for_status()
        with open(path, "wb") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                if most_bytes is not None and file.tell() > most_bytes:
                    raise PkgpandaError(f"{shown_url(url)} has more than the {most_bytes} bytes that it should have.")
            received = file.tell()
        promised = response.headers.get("Content-Length")
        if promised is not None and int(promised) != received:
            raise _CutOff(f"{received} of {promised} bytes came")
