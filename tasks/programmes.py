"""Setting up a programme: its district and towns, its quarters; or all that a notice holds."""

import datetime as dt
from collections.abc import Mapping
from itertools import chain, count

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from districts.models import District, Town
from tasks.annexes.files import read_grids
from tasks.annexes.grid import GridError
from tasks.annexes.notice import NoticeDraft
from tasks.check_rules import begin_check_rules
from tasks.deadlines import quarter_end
from tasks.importing import Context, kinds_of
from tasks.imports import upload
from tasks.models import ImportRecord, Period, Programme

DAYS_TO_REPORT = 10  # a quarter's report is due this many days after its end


@transaction.atomic
def create_programme(*, programme: Mapping, district: Mapping, towns: list[Mapping]) -> Programme:
    """Create a programme with its four quarters; its district and towns are made or brought up to date by code.

    The mappings have the fields of the models, as in a `programme.toml`. Raises IntegrityError for a slug that is taken.
    """
    home, _ = District.objects.update_or_create(code=district["code"], defaults={"name": district["name"]})
    for order, town in enumerate(towns, start=1):
        Town.objects.update_or_create(
            code=town["code"], defaults={"district": home, "name": town["name"], "order": order}
        )
    return begin_programme(district=home, facts=programme)


@transaction.atomic
def begin_programme(*, district: District, facts: Mapping) -> Programme:
    """Create a programme with its four quarters for a district's own towns; `facts` has the model's fields by name.

    Raises IntegrityError for a slug that is taken.
    """
    created = Programme.objects.create(district=district, **facts)
    add_quarters(created)
    begin_check_rules(created)
    return created


@transaction.atomic
def create_from_notice(
    *, district: District, facts: Mapping, file: UploadedFile, by
) -> tuple[Programme, ImportRecord | None]:
    """Create a programme and preview the notice's annexes, for the wizard to confirm; None for a notice without any."""
    programme = begin_programme(district=district, facts=facts)
    if not has_annexes(file.read(), programme):
        return programme, None
    file.seek(0)
    return programme, upload(programme=programme, file=file, kind="", period=None, by=by)


def has_annexes(data: bytes, programme: Programme) -> bool:
    """Does the notice hold official tables? Tables that can't be read count: the wizard tells why."""
    try:
        return bool(kinds_of(read_grids(data), Context(programme), None))
    except GridError as refused:
        return refused.code != "empty"


def facts_of(notice: NoticeDraft) -> dict:
    """What a notice tells about its programme, as the model's fields; what it does not tell is empty."""
    return {
        "title": notice.name,
        "year": notice.year,
        "notice_title": notice.title,
        "document_number": notice.document_number,
        "issuer": notice.issuer,
        "issued_on": notice.issued_on,
        "notice_text": notice.text,
    }


def suggested_slug(district: District, year: int | None) -> str:
    """A free slug after the pattern of the district's last programme, else of its code; "" without a year."""
    if year is None:
        return ""
    last = district.programmes.first()
    begin = last.slug.removesuffix(f"-{last.year}") if last and last.slug.endswith(f"-{last.year}") else district.code
    taken = set(Programme.objects.filter(slug__startswith=f"{begin}-{year}").values_list("slug", flat=True))
    slugs = chain([f"{begin}-{year}"], (f"{begin}-{year}-{number}" for number in count(2)))
    return next(slug for slug in slugs if slug not in taken)


def add_quarters(programme: Programme) -> None:
    """The four quarters as periods, each open from its first day."""
    bulk_create_with_history([_quarter(programme, number) for number in range(1, 5)], Period)


def _quarter(programme: Programme, number: int) -> Period:
    starts_on, ends_on = dt.date(programme.year, 3 * number - 2, 1), quarter_end(programme.year, number)
    return Period(
        programme=programme,
        label=f"{programme.year}Q{number}",
        starts_on=starts_on,
        ends_on=ends_on,
        opens_on=starts_on,
        due_on=ends_on + dt.timedelta(days=DAYS_TO_REPORT),
    )
