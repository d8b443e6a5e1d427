"""The chain of hashes over the ledger: each entry holds the digest of a row and the hash of the entry before it.

A row that is changed or removed behind the portal's back no longer matches its entry (tasks/verifying.py).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import transaction
from django.utils import timezone

from tasks.audited import KINDS, contents, digest, stamp
from tasks.models import AuditEntry, AuditHead
from tasks.models.report import LedgerRow

CHUNK = 1000


@transaction.atomic
def append(*, rows: Sequence[LedgerRow]) -> None:
    """Chain rows that were just written, in the transaction that wrote them; other writers of the district wait for it.

    A district's first call begins its chain: everything that stands goes in, these rows among it.
    """
    for district in sorted({row.district_id for row in rows}):
        head, new = _locked(district)
        if new:
            _chain(head, _standing(district))
        else:
            _chain(head, ((row._meta.label_lower, row.pk) for row in rows if row.district_id == district))


@transaction.atomic
def begin(district_id: int) -> bool:
    """Begin a district's chain with everything that stands; False where it was begun before."""
    head, new = _locked(district_id)
    if new:
        _chain(head, _standing(district_id))
    return new


def linked(previous: str, entry: AuditEntry) -> str:
    """The hash of an entry that follows the entry with the hash `previous`."""
    at = stamp(entry.at) if entry.at else ""  # none where somebody wrote a word into its place
    parts = (previous, entry.district_id, entry.number, entry.kind, entry.row, entry.digest, at)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _locked(district_id: int) -> tuple[AuditHead, bool]:
    """The end of the district's chain, locked until the transaction ends, and whether it was made just now."""
    heads = AuditHead.objects.select_for_update().filter(district=district_id)
    if head := heads.first():
        return head, False
    _head, new = AuditHead.objects.get_or_create(district_id=district_id)
    return heads.get(), new


def _standing(district_id: int) -> Iterator[tuple[str, int]]:
    for kind, (model, *_rest) in sorted(KINDS.items()):
        keys = model._base_manager.filter(district=district_id).order_by("pk").values_list("pk", flat=True)
        yield from ((kind, key) for key in keys.iterator(CHUNK))


def _chain(head: AuditHead, rows: Iterable[tuple[str, int]]) -> None:
    at, rows = timezone.now(), iter(rows)
    while batch := list(islice(rows, CHUNK)):
        digests = {
            (kind, key): digest(content)
            for kind in {kind for kind, _key in batch}
            for key, content in contents(kind, [key for of, key in batch if of == kind]).items()
        }
        entries = []
        for kind, key in batch:
            head.number += 1
            entry = AuditEntry(
                district_id=head.district_id, number=head.number, kind=kind, row=key, digest=digests[kind, key], at=at
            )
            entry.hash = head.hash = linked(head.hash, entry)
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries)
    head.save(update_fields=["number", "hash"])
