#!/usr/bin/env python3
"""Checks that nothing in this folder is other than it was when it was taken away. Needs Python 3.9 and no network.

    python3 verify.py [folder]

It reads every file, says in words what is wrong, and ends with exit code 0 only when everything follows from the
journal and the site's signature. Then compare the seal and the key that it prints with the page of the
attempt on the site: whoever could write the whole folder anew could not write them there.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

UNLISTED = {"manifest.json", "manifest.sig"}
#: DigestInfo of SHA-256 (RFC 8017, section 9.2, note 1).
PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def thumbprint(key: dict[str, Any]) -> str:
    """RFC 7638."""
    body = json.dumps({name: key[name] for name in ("e", "kty", "n")}, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()


def signed(data: bytes, signature: bytes, key: dict[str, Any]) -> bool:
    """RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2.2)."""
    n, size = number(key["n"]), (number(key["n"]).bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= n:
        return False
    ending = b"\0" + PREFIX + hashlib.sha256(data).digest()
    expected = b"\0\1" + b"\xff" * (size - 2 - len(ending)) + ending
    return pow(value, number(key["e"]), n).to_bytes(size, "big") == expected


def check_files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    listed = {one["path"]: one for one in manifest["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for path in sorted(there - set(listed) - UNLISTED):
        if not any(part.startswith((".", "__pycache__")) for part in path.split("/")):
            yield f"{path} does not belong to this report."
    for path, one in listed.items():
        if path not in there:
            yield f"{path} is missing."
        elif digest(folder / path) != one["sha256"]:
            yield f"{path} was changed."


def check_journal(journal: dict[str, Any]) -> Iterator[str]:
    before = b""
    for place, entry in enumerate(journal["entries"], 1):
        body = {"chain": journal["chain"], **{key: value for key, value in entry.items() if key != "hash"}}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if entry["place"] != place:
            yield f"The journal lacks entry {place}."
        if hashlib.sha256(before + text).hexdigest() != entry["hash"]:
            yield f"Entry {entry['place']} of the journal does not follow from the one before it."
        before = bytes.fromhex(entry["hash"])


def check_recording(folder: Path, one: dict[str, Any], entries: list[Any]) -> Iterator[str]:
    name = f"Recording {one['id']}"
    begun = [e for e in entries if e["action"] == "recording.begun" and e["data"].get("name") == one["name"]]
    head = begun[0]["hash"] if begun else ""
    if not begun:
        yield f"{name} does not begin in the journal."
    for place, part in enumerate(one["parts"], 1):
        head = hashlib.sha256(bytes.fromhex(head) + bytes.fromhex(part["sha256"])).hexdigest()
        if part["seq"] != place or head != part["head"]:
            yield f"Part {place} of {name} does not follow from the one before it."
            head = part["head"]
    if head != one["head"]:
        yield f"{name} does not end with its last part."
    kept = [e["data"] for e in entries if e["action"] == "recording.kept" and e["data"].get("recording") == one["id"]]
    if kept and (kept[-1]["head"], kept[-1]["sha256"]) != (one["head"], one["sha256"]):
        yield f"{name} is not the one that the journal kept."
    if one["sha256"] and not kept:
        yield f"{name} was put together without the journal."
    if one["file"] and (folder / one["file"]).is_file():
        yield from check_film(folder / one["file"], one, name)
    for entry in entries:
        if entry["action"] == "recording.altered" and entry["data"].get("recording") == one["id"]:
            yield f"{name}: the site itself found that parts {entry['data']['parts']} are not what was recorded."


def check_film(path: Path, one: dict[str, Any], name: str) -> Iterator[str]:
    if one["sha256"]:
        if digest(path) != one["sha256"]:
            yield f"The film of {name} is not the one of the journal."
        return
    with path.open("rb") as file:
        for part in one["parts"]:
            if hashlib.sha256(file.read(part["n_bytes"])).hexdigest() != part["sha256"]:
                yield f"Part {part['seq']} of {name} is not what was recorded."
        if file.read(1):
            yield f"The film of {name} is longer than what was recorded."


def check_pictures(manifest: dict[str, Any], entries: list[Any]) -> Iterator[str]:
    kept = {(e["data"].get("evidence"), e["data"].get("sha256")) for e in entries
            if e["action"] in ("evidence.kept", "file.attached")}  # fmt: skip
    for one in manifest["files"]:
        if one.get("evidence") is not None and (one["evidence"], one["sha256"]) not in kept:
            yield f"{one['path']} is not what the journal kept."


def check_messages(report: dict[str, Any], entries: list[Any]) -> Iterator[str]:
    if report["messages"] is None:
        return
    sent = {e["data"]["message"]: e for e in entries if e["action"] == "message.sent"}
    for one in report["messages"]:
        entry = sent.pop(one["id"], None)
        found = hashlib.sha256((one["salt"] + "\n" + one["text"]).encode()).hexdigest()
        if entry is None or entry["data"]["sha256"] != found:
            yield f"Message {one['id']} is not the one that was sent."
        elif entry["actor"].startswith("learner") != (one["side"] == "learner"):
            yield f"Message {one['id']} was sent by the other side."
    if sent and not report["attempt"]["is_removed"]:
        yield f"Messages {sorted(sent)} are missing."


def check(folder: Path) -> Iterator[str]:
    """What is wrong, in words; at the end the seal and the key to compare."""
    raw = (folder / "manifest.json").read_bytes()
    manifest, key = json.loads(raw), json.loads((folder / "keys.json").read_bytes())["keys"][0]
    journal = json.loads((folder / "journal.json").read_bytes())
    entries, seal = journal["entries"], journal["entries"][-1]
    if not signed(raw, (folder / "manifest.sig").read_bytes(), key):
        yield "The list of files (manifest.json) was not signed with this key."
    yield from check_files(folder, manifest)
    yield from check_journal(journal)
    report = json.loads((folder / "report.json").read_bytes())
    if not seal["hash"] == manifest["seal"] == report["journal_head"]:
        yield "The journal does not end with the seal of this report."
    if seal["data"].get("key") != thumbprint(key):
        yield "The journal names another key than the one that signed."
    for one in json.loads((folder / "chunks.json").read_bytes())["recordings"]:
        yield from check_recording(folder, one, entries)
    yield from check_pictures(manifest, entries)
    yield from check_messages(report, entries)


def main(folder: Path) -> int:
    try:
        wrong = list(check(folder))
        key = thumbprint(json.loads((folder / "keys.json").read_bytes())["keys"][0])
        seal = json.loads((folder / "journal.json").read_bytes())["entries"][-1]["hash"]
    except (OSError, LookupError, ValueError, TypeError, AttributeError) as error:
        sys.stdout.write(f"This folder can't be read as a report: {type(error).__name__}: {error}\n")
        return 2
    for sentence in wrong:
        sys.stdout.write(f"WRONG  {sentence}\n")
    sys.stdout.write(f"Seal   {seal}\nKey    {key}\n")
    sys.stdout.write("Compare both with the page of the attempt.\n")
    sys.stdout.write(f"Things that are wrong: {len(wrong)}\n" if wrong else "Everything in this folder is whole.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
