#!/usr/bin/env python3
"""Checks an export of Partner Dashboard's audit log, without Partner Dashboard.

It needs Python 3.9 or later and the `openssl` command of OpenSSL 3 or later, and nothing else:

    verify_audit_log.py export audit.jsonl --public-key audit.pub [--checkpoint checkpoints.txt]
    verify_audit_log.py tiles DIRECTORY --public-key audit.pub [--checkpoint checkpoints.txt]

`export` checks a file of `audit export --format jsonl`, or of the page: that it is complete, that each record is what its
leaf commits to, that each leaf is in the tree that was signed, and that the readable part of each line says what the
records say. `tiles` checks a folder of `audit export --format tlog-tiles`: that the leaves are those that were signed.

Exit code 0: everything is as it was signed. 1: it is not, and the first difference is named. 2: it cannot be read.
`docs/audit-log.md` describes the formats.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

FORMAT = "partner-dashboard-audit-export/1"
PARTS = ["actor", "target", "before", "after", "detail"]
ENTRY = {
    "id", "time", "event", "outcome", "actor", "connection", "environment", "object", "changes", "observation", "answers",
    "restores", "request_id", "completion", "resolution",
}
COMPLETION = {"time", "outcome", "http_status", "partner_request_id", "detail", "duration_ms"}
RESOLUTION = {"time", "outcome", "detail"}
# Events for which nothing is sent have their outcome from the beginning.
WITHOUT_CALL = {"sign_in_refused": "refused", "permission_refused": "refused", "save_prevented": "not_sent"}
SENT = {"create", "update", "check", "send_message"}
ED25519 = 1
# What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
TILE = 256


class Broken(Exception):
    """Something is not as it was signed."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(leaf):
    """RFC 6962 section 2.1."""
    return sha256(b"\x00", leaf)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def members(pairs):
    """The members of a JSON object. Of two with one name, readers would see one or the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Broken("an object has two members of the same name")
    return found


class PublicKey:
    """A line of the form name+id+key, as `audit key` prints it (C2SP signed-note)."""

    def __init__(self, text):
        name, key_id, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        if len(raw) != 33 or raw[0] != ED25519:
            raise ValueError("the public key is not an Ed25519 key")
        expected = sha256(name.encode(), b"\n", raw)[:4]
        if expected.hex() != key_id:
            raise ValueError("the public key does not have the id that it says")
        self.name, self.raw, self.key = name, raw, raw[1:]

    def key_id(self, name):
        """The id of the key under another name: after a restore the log has one, and the same key."""
        return sha256(name.encode(), b"\n", self.raw)[:4]

    def is_of_this_log(self, name):
        return history_of(name)[0] == history_of(self.name)[0]

    def open(self, note):
        """The text of a signed note about this log; an error when this key has not signed it."""
        text, separator, signatures = note.rpartition("\n\n")
        if not separator:
            raise Broken("the checkpoint is not a signed note")
        text += "\n"
        name = text.split("\n", 1)[0]
        if not self.is_of_this_log(name):
            raise Broken("the checkpoint is about another log")
        for line in signatures.splitlines():
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014":
                raise Broken("the checkpoint has a line that is no signature")
            signature = decoded(words[2])
            if words[1] == name and signature[:4] == self.key_id(name):
                if not self.has_signed(text.encode(), signature[4:]):
                    raise Broken("the signature of the checkpoint is wrong")
                return text
        raise Broken("the checkpoint is not signed by this key")

    def has_signed(self, message, signature):
        pem = base64.encodebytes(DER_PREFIX + self.key).decode()
        with tempfile.TemporaryDirectory() as folder:
            files = {"key": f"-----BEGIN PUBLIC KEY-----\n{pem}-----END PUBLIC KEY-----\n".encode()}
            files.update({"message": message, "signature": signature})
            for name, content in files.items():
                pathlib.Path(folder, name).write_bytes(content)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin"]
            command += ["-in", "message", "-sigfile", "signature"]
            ended = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
            # Both a wrong signature and an option that it does not know end it with 1.
            if ended.returncode != 0 and "Verification Failure" not in ended.stdout + ended.stderr:
                raise ValueError(f"openssl, which must be OpenSSL 3 or later, cannot check signatures: {ended.stderr.strip()}")
            return ended.returncode == 0


class Checkpoint:
    """The size and the root of a log (C2SP tlog-checkpoint)."""

    def __init__(self, note, key):
        lines = key.open(note).splitlines()
        if len(lines) < 3 or not lines[1].isdecimal():
            raise Broken("the checkpoint has no size or no root")
        self.history, self.size, self.root = history_of(lines[0])[1], int(lines[1]), decoded(lines[2])


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Broken("the checkpoint has a line that is not Base64") from error


def history_of(name):
    """The log's own name, and the number of the history that the name is of: after a restore it ends with /2, then with /3."""
    own, slash, number = name.rpartition("/")
    if slash and own and number.isascii() and number.isdigit() and str(int(number)) == number and int(number) > 1:
        return own, int(number)
    return name, 1


def kept_checkpoints(path, key):
    """The checkpoints of a file that another machine keeps. What is left of one that was cut off is passed over."""
    found, note = [], ""
    text = pathlib.Path(path).read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    for line in text.splitlines(keepends=True):
        if key.is_of_this_log(line.strip()):
            note = ""
        note += line
        if line.startswith("\u2014 "):
            try:
                found.append(Checkpoint(note.lstrip("\n"), key))
            except Broken:
                pass
            note = ""
    if not found:
        raise ValueError(f"{path} has no checkpoint that is signed with this key")
    return found


def root_of_proof(leaf, index, size, proof):
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2)."""
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Broken("a proof has too many hashes")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Broken("a proof has too few hashes")
    return result


class Tree:
    """The roots of the largest complete subtrees, from the left."""

    def __init__(self):
        self.size, self.subtrees, self.passed = 0, [], {}

    def add(self, leaf, remembered=()):
        node, size = leaf, self.size
        while size & 1:
            node, size = node_hash(self.subtrees.pop(), node), size >> 1
        self.subtrees.append(node)
        self.size += 1
        if self.size in remembered:
            self.passed[self.size] = self.root()

    def root(self):
        if not self.subtrees:
            return sha256(b"")
        result = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            result = node_hash(left, result)
        return result


def opened(record, checkpoint):
    """The envelope and the parts of a record, when it is what its leaf commits to and the leaf is in the tree."""
    sequence, text = record["sequence"], record["envelope"]
    envelope = json.loads(text)
    where = f"entry {envelope['entry']}: the {envelope['record']}, leaf {sequence},"
    if envelope["sequence"] != sequence:
        raise Broken(f"{where} stands in another place than the one it was written for")
    if len(record["parts"]) != len(PARTS):
        raise Broken(f"{where} does not have five parts")
    parts = {}
    for name, part in zip(PARTS, record["parts"]):
        if part is None and name == "actor":
            parts[name] = None
            continue
        if part is None or sha256(bytes.fromhex(part["salt"]), part["text"].encode()).hex() != envelope[name]:
            raise Broken(f"{where} was changed: its {name} is not what the leaf commits to")
        parts[name] = json.loads(part["text"])
    if sequence >= checkpoint.size:
        raise Broken(f"{where} is not in the tree that was signed")
    proof = [base64.b64decode(one) for one in record["proof"]]
    if root_of_proof(leaf_hash(text.encode()), sequence, checkpoint.size, proof) != checkpoint.root:
        raise Broken(f"{where} is not in the tree that was signed")
    return envelope, parts


def check_entry(line, checkpoint):
    """An entry with its records: the readable part must say what the records say."""
    entry, said = line["entry"], {}
    # Earlier exports had no such member.
    if set(entry) | {"restores"} != ENTRY or set(line) != {"entry", "records"}:
        raise Broken(f"entry {entry['id']}: it has members that an entry does not have, or lacks some")
    for record in line["records"]:
        envelope, parts = opened(record, checkpoint)
        if envelope["entry"] != entry["id"] or envelope["record"] in said:
            raise Broken(f"entry {entry['id']}: a record belongs to another entry")
        said[envelope["record"]] = (envelope, parts)
    if "intent" not in said:
        raise Broken(f"entry {entry['id']}: the record of its intent is missing")
    envelope, intent = said["intent"]
    target, detail = intent["target"], intent["detail"]
    expected = {
        "time": envelope["time"],
        "event": detail["action"],
        "request_id": detail["request_id"],
        "answers": detail["answers"],
        "restores": detail.get("restores"),
        "observation": detail["observation"] and json.loads(detail["observation"]),
        "connection": target["connection"],
        "environment": target["environment"],
        "changes": changes_of(intent),
    }
    for name, value in expected.items():
        if entry[name] != value:
            raise Broken(f"entry {entry['id']}: its {name} is not what its record says")
    check_actor(entry, intent["actor"])
    check_object(entry, target, said)
    for name, time in (("completion", "completed"), ("resolution", "resolved")):
        there, shown = said.get(name), entry[name]
        if (there is None) != (shown is None):
            raise Broken(f"entry {entry['id']}: it was {time} by its records or by the readable part alone")
        if there is not None:
            compare_outcome(entry, name, there, shown)
    if entry["outcome"] != outcome_of(entry):
        raise Broken(f"entry {entry['id']}: its outcome is not what its records say")


def outcome_of(entry):
    """What the records say of the outcome: that of the completion, or of what was found out later."""
    if entry["event"] not in SENT:
        return WITHOUT_CALL.get(entry["event"], "applied")
    outcomes = [entry[name]["outcome"] for name in ("completion", "resolution") if entry[name]]
    return next((one for one in outcomes if one != "unknown"), "unknown")


def changes_of(intent):
    """The changes of fields, put together from before and after. An older version wrote them as one text."""
    if intent["before"] is None:
        return json.loads(intent["after"])
    changes = []
    for before, after in zip(intent["before"], intent["after"]):
        values = {"before": before["before"], "after": after["after"]}
        changes.append({"field": before["field"], **{name: one for name, one in values.items() if one is not None}})
    return changes


def check_actor(entry, actor):
    shown = entry["actor"]
    if (actor is None) != (shown is None):
        raise Broken(f"entry {entry['id']}: whom it names was erased in one place alone")
    if actor is not None and {**actor, "groups": json.loads(actor["groups"])} != shown:
        raise Broken(f"entry {entry['id']}: its actor is not what its record says")


def check_object(entry, target, said):
    shown = entry["object"]
    ids = [target["object_id"]]
    ids += [said[name][1]["target"]["object_id"] for name in ("completion", "resolution") if name in said]
    expected = next((one for one in ids if one is not None), None)
    names = {"kind": "object_kind", "name": "object_name", "organisation_id": "organisation_id"}
    if shown["id"] != expected or any(shown[one] != target[other] for one, other in names.items()):
        raise Broken(f"entry {entry['id']}: its object is not what its record says")


def compare_outcome(entry, name, there, shown):
    envelope, parts = there
    detail = {"time": envelope["time"], **parts["detail"]}
    if set(shown) != (COMPLETION if name == "completion" else RESOLUTION):
        raise Broken(f"entry {entry['id']}: its {name} has members that it does not have, or lacks some")
    for member, value in shown.items():
        if detail.get(member) != value:
            raise Broken(f"entry {entry['id']}: the {member} of its {name} is not what its record says")


def check_export(path, key, kept):
    """A file of JSON Lines: a head, the entries, and a trailer without which it is not whole."""
    digest, entries, records, head, last, erased, sequences = hashlib.sha256(), 0, 0, None, 0, 0, set()
    with open(path, "rb") as lines:
        for raw in lines:
            line = json.loads(raw, object_pairs_hook=members)
            if head is None:
                if line.get("format") != FORMAT:
                    raise ValueError("the file is not an export of this format")
                head, is_whole_log = Checkpoint(line["checkpoint"], key), line["filter"] == ""
                if line["size"] != head.size:
                    raise Broken("the first line has another size than its checkpoint")
            elif "trailer" in line:
                trailer = line["trailer"]
                if (trailer["entries"], trailer["records"]) != (entries, records):
                    raise Broken("the file has another number of entries than its last line says: lines are missing or added")
                if trailer["sha256"] != digest.hexdigest():
                    raise Broken("the file has another SHA-256 than its last line says: it was changed")
                if next(lines, None) is not None:
                    raise Broken("something stands after the last line")
                told = f"{entries} entries with {records} records are as they were signed."
                told += compare_with_kept(head, kept)
                if erased:
                    told += f" Whom {erased} of them name was erased."
                if not is_whole_log:
                    return told + " The file is filtered: whether the filter let all of them through cannot be checked."
                return told + check_complete(sequences, head.size)
            else:
                check_entry(line, head)
                if line["entry"]["id"] <= last:
                    raise Broken(f"entry {line['entry']['id']} stands after a later one, or twice")
                last = line["entry"]["id"]
                erased += line["entry"]["actor"] is None
                sequences.update(record["sequence"] for record in line["records"])
                entries, records = entries + 1, records + len(line["records"])
            digest.update(raw)
    raise Broken("the last line is missing: the file was cut off")


def check_complete(sequences, size):
    """An unfiltered file has every leaf. Where the beginning of the log was removed, that cannot be told from a file."""
    missing = size - len(sequences)
    if not missing:
        return " The file is complete."
    if 0 in sequences:
        raise Broken(f"{missing} leaves are in no line: entries were left out")
    return f" {missing} leaves are in no line: whether all of them were removed on purpose, the tiles can tell."


def compare_with_kept(head, kept):
    """Of an export alone, only a checkpoint of the same size can be compared; the tiles compare all. It may be from before a restore."""
    of_this_size = [one for one in kept if one.history == head.history and one.size == head.size]
    if any(one.root != head.root for one in of_this_size):
        raise Broken("another history was signed: a checkpoint of the same size has another root")
    return compared(len(of_this_size), kept)


def compared(count, kept):
    """How many of the kept checkpoints say something of what was read. The others are of another size, or from before a restore."""
    if not kept:
        return ""
    return f" {count} of {len(kept)} kept checkpoints could be compared with it; `audit verify` compares all of them."


def tile_path(folder, level, number, width):
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    path = pathlib.Path(folder, "tile", str(level), *groups)
    return path if width == TILE else pathlib.Path(f"{path}.p", str(width))


def entries_of(bundle):
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        if len(bundle) < 2 + length:
            raise Broken("a bundle of entries was cut off")
        yield bundle[2 : 2 + length]
        bundle = bundle[2 + length :]


def check_tiles(folder, key, kept):
    """A folder of tiles (C2SP tlog-tiles): every leaf again, every tile, and the root."""
    checkpoint = Checkpoint(pathlib.Path(folder, "checkpoint").read_text(encoding="utf-8"), key)
    if any(one.history > checkpoint.history for one in kept):
        raise Broken("this is an old copy: a checkpoint was signed after a restore")
    all_kept, kept = kept, [one for one in kept if one.history == checkpoint.history]
    wanted = {one.size for one in kept}
    tree, levels, pruned = Tree(), [[] for _ in range(8)], 0
    for number in range((checkpoint.size + TILE - 1) // TILE):
        width = min(TILE, checkpoint.size - number * TILE)
        path = tile_path(folder, "entries", number, width)
        if not path.exists() and pruned == number * TILE and width == TILE:
            # What was removed on purpose has left its hashes one level up.
            above, place = divmod(number, TILE)
            count = min(TILE, checkpoint.size // TILE - above * TILE)
            tile = tile_path(folder, 1, above, count).read_bytes()
            node, size = tile[32 * place : 32 * place + 32], tree.size // TILE
            while size & 1:
                node, size = node_hash(tree.subtrees.pop(), node), size >> 1
            tree.subtrees.append(node)
            tree.size += TILE
            levels[1].append(tile[32 * place : 32 * place + 32])
            pruned = tree.size
            continue
        leaves = list(entries_of(path.read_bytes()))
        if len(leaves) != width:
            raise Broken(f"leaves {number * TILE} to {number * TILE + width - 1}: some are missing or added")
        hashes = []
        for place, leaf in enumerate(leaves):
            if json.loads(leaf)["sequence"] != number * TILE + place:
                raise Broken(f"leaf {number * TILE + place} stands in another place than the one it was written for")
            hashes.append(leaf_hash(leaf))
            tree.add(hashes[-1], wanted)
        if tile_path(folder, 0, number, width).read_bytes() != b"".join(hashes):
            raise Broken(f"leaves {number * TILE} to {number * TILE + width - 1} are not those of their tile")
        if width == TILE:
            levels[1].append(root_of_tile(hashes))
    for level in range(1, 8):
        check_level(folder, level, levels)
    if tree.size != checkpoint.size or tree.root() != checkpoint.root:
        raise Broken("the leaves are not those that were signed")
    for one in kept:
        if one.size > checkpoint.size:
            raise Broken(f"this is an old copy: it has {checkpoint.size} leaves, and {one.size} were signed")
        if one.size in tree.passed and tree.passed[one.size] != one.root:
            raise Broken(f"another history was signed: its first {one.size} leaves are not these")
    told = f"{checkpoint.size - pruned} leaves are as they were signed; {pruned} before them were removed."
    return told + compared(sum(one.size in tree.passed for one in kept), all_kept)


def root_of_tile(hashes):
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def check_level(folder, level, levels):
    """The tiles of a level above the leaves."""
    hashes = levels[level]
    for number in range((len(hashes) + TILE - 1) // TILE):
        part = hashes[number * TILE : (number + 1) * TILE]
        if tile_path(folder, level, number, len(part)).read_bytes() != b"".join(part):
            raise Broken(f"tile {number} of level {level} is not that of its leaves")
        if len(part) == TILE and level + 1 < len(levels):
            levels[level + 1].append(root_of_tile(part))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["export", "tiles"])
    parser.add_argument("path")
    parser.add_argument("--public-key", required=True, help="a file with the line that `audit key` prints")
    parser.add_argument("--checkpoint", help="a file with checkpoints that another machine keeps")
    arguments = parser.parse_args()
    try:
        key = PublicKey(pathlib.Path(arguments.public_key).read_text(encoding="utf-8"))
        kept = kept_checkpoints(arguments.checkpoint, key) if arguments.checkpoint else []
        check = check_export if arguments.what == "export" else check_tiles
        print(check(arguments.path, key, kept))
    except Broken as broken:
        print(f"NOT as it was signed: {broken}.", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"It cannot be read: {error!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
