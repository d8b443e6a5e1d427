"""Store a table as the criteria for major hazards (重大隐患判定标准) from a day on; they hold in every district."""

import datetime as dt
import json
from pathlib import Path

from django.core.management.base import BaseCommand

from quality.hazards import HazardError, add, read


class Command(BaseCommand):
    help = "导入一版重大隐患判定标准：表头为序号、类别、情形；自施行日期起用于之后发现的隐患"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--list-version", required=True, help="版本，如 2023")
        parser.add_argument("--source", required=True, help="依据，如 民办发〔2023〕13号")
        parser.add_argument("--from", dest="from_day", required=True, type=dt.date.fromisoformat, help="施行日期")
        parser.add_argument("--placeholder", action="store_true", help="不是正式文本")
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")

    def handle(self, *args, file, list_version, source, from_day, placeholder, **options):
        try:
            said = {"version": list_version, "source": source, "from_day": from_day, "placeholder": placeholder}
            made = add(district=None, criteria=read(file), **said)
        except HazardError as fault:
            self._tell_faults(fault, options["json"])
            raise SystemExit(1) from None
        told = {"version": made.version, "criteria": made.criteria.count()}
        self.stdout.write(json.dumps(told) if options["json"] else f"{made}：{told['criteria']} 种情形")

    def _tell_faults(self, fault: HazardError, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"errors": [one.as_json() for one in fault.problems]}, ensure_ascii=False))
            return
        for one in fault.problems:
            self.stderr.write(f"{one.sheet} {one.cell} {one.value}: {one.message}")
