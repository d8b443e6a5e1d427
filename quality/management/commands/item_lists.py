"""Load the item lists that every district begins with; a kind that has one already stays as it is."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand

from quality.item_lists import load_shared

FOLDER = settings.BASE_DIR / "fixtures" / "inspection-lists"


class Command(BaseCommand):
    help = "导入各区共用的检查项目表（占位文本），已有的不变"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")

    def handle(self, *args, **options):
        made = [{"kind": one.kind, "title": one.title, "items": one.items.count()} for one in load_shared(FOLDER)]
        if options["json"]:
            self.stdout.write(json.dumps({"lists": made}, ensure_ascii=False))
            return
        for one in made:
            self.stdout.write(f"{one['title']}：{one['items']} 项")
        self.stdout.write(f"导入 {len(made)} 张。")
