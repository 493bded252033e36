"""
Ids made from content, as pkgpanda makes them: the SHA-1 of a list is that of the sorted SHA-1s of its texts, of an
object that of its sorted keys with the SHA-1s of their values.
"""
import hashlib


def hash_text(text):
    return hashlib.sha1(text.encode("utf-8")).hexdigest()


def hash_list(texts):
    return hash_text(",".join(hash_text(text) for text in sorted(texts)))


def hash_texts_by_name(texts):
    return hash_text(",".join(f"{name}={hash_text(text)}" for name, text in sorted(texts.items())))
