"""An allocation of 38,700 towns × 21 indicators through the importer, against python-calamine's reading of it and one raw
insert of the same targets; memory; the wizard's way of the same; the official table's preview; and django-import-export's
own way on a slice.

Each import runs in a process of its own, so that its memory can be told.
"""

import multiprocessing
import re
import time
from itertools import islice
from pathlib import Path

from _support import prepare, seconds, verdict, workspace

TOWNS = 38_700
INDICATORS = 21
SLUG, WIZARD_SLUG = "country-2024", "country-2025"
PREVIEW, APPLY, MEMORY, OFFICIAL, PAGE = 3.0, 8.0, 500, 1.0, 1.0
SLICE = 2_000
SLOWER = 10  # times, that import-export's defaults should be
OFFICIAL_TABLE = Path(__file__).parents[1] / "fixtures" / "baoshan-2024" / "annex2_allocation.xlsx"
SIGNS = [chr(0x4E00 + 37 * number) for number in range(40)]
NAMES = ("district", "indicator", "town", "revision", "comparator", "value", "text", "document", "reason", "created_at")


def main() -> None:
    with workspace() as folder:
        prepare(folder)
        file = Path(folder) / "allocation.xlsx"
        _make(file)
        yardstick = _taken(lambda: _read(file)) + _insert_raw(file)
        rows = TOWNS * INDICATORS
        defaults = _import_by_default(file) / SLICE * rows
        imports = multiprocessing.get_context("spawn")
        with imports.Pool(1, maxtasksperchild=1) as pool:
            preview, apply, again = (pool.apply(_import, (folder, file, dry)) for dry in (True, False, True))
            upload, page, confirm = (pool.apply(step, (folder, file)) for step in (_upload, _show, _confirm))
            official = pool.apply(_preview_official)
        print(
            f"{rows} targets: calamine and raw insert {yardstick:.1f} s, preview {preview[0]:.1f} s, apply {apply[0]:.1f} s"
        )
        verdict("import, preview / calamine and raw insert", preview[0] / yardstick, PREVIEW)
        verdict("import, preview of the same again / calamine and raw insert", again[0] / yardstick, PREVIEW)
        verdict("import, apply / calamine and raw insert", apply[0] / yardstick, APPLY)
        verdict("import, memory in MB", max(preview[1], apply[1], again[1]), MEMORY)
        verdict("wizard, upload and preview / calamine and raw insert", upload[0] / yardstick, PREVIEW)
        verdict("wizard, confirm / calamine and raw insert", confirm[0] / yardstick, APPLY)
        verdict("wizard, the last page of its rows in seconds", page[0], PAGE)
        verdict("wizard, memory in MB", max(upload[1], page[1], confirm[1]), MEMORY)
        print(f"import-export's defaults, from {SLICE} rows: {defaults:.0f} s, {defaults / apply[0]:.1f} times as long")
        verdict("import, apply / a tenth of import-export's defaults", apply[0] / (defaults / SLOWER), 1.0)
        verdict("import, preview of the official table in seconds", official, OFFICIAL)


def _taken(work) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _name(number: int) -> str:
    return SIGNS[number // 1600] + SIGNS[number // 40 % 40] + SIGNS[number % 40] + "镇"


def _make(file: Path) -> None:
    """A district of so many towns with a programme for the command and one for the wizard, and their table."""
    import xlsxwriter
    from django.core.management import call_command

    from accounts.models import User
    from accounts.permissions import Role
    from districts.models import District, Town
    from tasks.models import Programme

    call_command("migrate", verbosity=0)
    district = District.objects.create(code="990000", name="全国")
    Town.objects.bulk_create(
        (Town(district=district, code=f"{number:09d}", name=_name(number)) for number in range(TOWNS)), batch_size=1000
    )
    for slug, year in ((SLUG, 2024), (WIZARD_SLUG, 2025)):
        Programme.objects.create(district=district, slug=slug, year=year, title="全国")
    User.objects.create(username="admin", role=Role.ADMIN, district=district)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["街镇", *(f"新增{sign}{sign}设施（个）" for sign in SIGNS[:INDICATORS])])
        for row in range(1, TOWNS + 1):
            sheet.write_row(row, 0, [_name(row - 1), *(row * column % 997 for column in range(1, INDICATORS + 1))])


def _read(file: Path) -> list[list]:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()


def _targets(file: Path):
    """The table's targets as tuples in the order of NAMES, with indicators made for them."""
    from districts.models import Town
    from tasks.models import Indicator, Programme

    head, *lines = _read(file)
    programme = Programme.objects.get(slug=SLUG)
    towns = dict(Town.objects.filter(district=programme.district).values_list("name", "pk"))
    indicators = [
        Indicator.objects.create(programme=programme, code=f"{order:02d}", order=order, name=name).pk
        for order, name in enumerate(head[1:], 1)
    ]
    for name, *figures in lines:
        for indicator, figure in zip(indicators, figures, strict=True):
            text = str(int(figure))
            yield programme.district_id, indicator, towns[name], 1, "ge", text, text, "", "", "2024-01-01 00:00:00"


def _insert_raw(file: Path) -> float:
    """The processor time of the yardstick's second half: its rows are at hand, and are taken back."""
    from django.db import connection, transaction

    from tasks.models import Target

    columns = [Target._meta.get_field(name).column for name in NAMES]
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {Target._meta.db_table} ({', '.join(columns)}) VALUES ({places})"
    with transaction.atomic(), connection.cursor() as cursor:
        rows = list(_targets(file))
        taken = _taken(lambda: cursor.executemany(statement, rows))
        transaction.set_rollback(True)
    return taken


def _import(folder: str, file: Path, dry_run: bool) -> tuple[float, float]:
    """Processor time in seconds and the most memory in MB of one import, in a process of its own."""
    prepare(folder)
    from tasks.importing import Context, import_annex
    from tasks.models import Programme

    context = Context(Programme.objects.get(slug=SLUG))
    before = time.process_time()
    outcome = import_annex(file, context, dry_run=dry_run)
    taken = time.process_time() - before
    assert not outcome.errors, outcome.errors[0]
    assert outcome.created + outcome.unchanged == TOWNS * INDICATORS
    return taken, _peak()


def _upload(folder: str, file: Path) -> tuple[float, float]:
    """As `_import`, of the wizard's first step; every step in a process of its own."""
    prepare(folder)
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accounts.models import User
    from tasks.imports import upload
    from tasks.models import ImportRecord, Programme

    sent = SimpleUploadedFile("allocation.xlsx", file.read_bytes())
    programme, by = Programme.objects.get(slug=WIZARD_SLUG), User.objects.get()
    taken = _taken(lambda: upload(programme=programme, file=sent, kind="", period=None, by=by))
    told = ImportRecord.objects.get().outcome
    assert (told["errors"], told["created"]) == (0, TOWNS * INDICATORS)
    return taken, _peak()


def _show(folder: str, file: Path) -> tuple[float, float]:
    """The page of the import at the last of its rows."""
    prepare(folder)
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from tasks.models import ImportRecord

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get())
    address = reverse("import", args=[WIZARD_SLUG, ImportRecord.objects.get().pk])
    client.get(address)  # warm
    taken = _taken(lambda: client.get(address, {"page": TOWNS * INDICATORS}))
    return taken, _peak()


def _confirm(folder: str, file: Path) -> tuple[float, float]:
    """The wizard's last step: read again, compared again, written."""
    prepare(folder)
    from accounts.models import User
    from tasks.imports import confirm
    from tasks.models import ImportRecord, Target

    record, by = ImportRecord.objects.get(), User.objects.get()
    taken = _taken(lambda: confirm(record=record, document="", reason="", by=by))
    assert Target.objects.filter(indicator__programme__slug=WIZARD_SLUG).count() == TOWNS * INDICATORS
    return taken, _peak()


def _peak() -> float:
    """The most memory of this process so far, in MB."""
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def _import_by_default(file: Path) -> float:
    """The processor time of a slice through a ModelResource with all its defaults; taken back."""
    import tablib
    from django.db import transaction
    from import_export.resources import ModelResource

    from tasks.models import Target

    class Plain(ModelResource):
        class Meta:
            model = Target
            import_id_fields = ("indicator", "town", "revision")
            fields = NAMES

    with transaction.atomic():
        rows = tablib.Dataset(*islice(_targets(file), SLICE), headers=NAMES)
        taken = _taken(lambda: Plain().import_data(rows, raise_errors=True))
        assert Target.objects.count() == SLICE
        transaction.set_rollback(True)
    return taken


def _preview_official() -> float:
    """Processor time of a preview of the official table, in a database of the demo's."""
    with workspace() as folder:
        prepare(folder)
        from django.core.management import call_command

        from eldercare.demo import make_demo
        from tasks.importing import Context, import_annex
        from tasks.models import Programme

        call_command("migrate", verbosity=0)
        make_demo(progress=False)
        context = Context(Programme.objects.get(slug="baoshan-2024"))
        (taken,) = seconds(lambda: import_annex(OFFICIAL_TABLE, context, dry_run=True), rounds=5)
        return taken


if __name__ == "__main__":
    main()
