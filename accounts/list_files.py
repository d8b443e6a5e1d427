"""The files of plain lists: what they hold can't be run, and an upload waits for its confirmation."""

import tablib
from django.http import Http404
from import_export.formats.base_formats import CSV, XLSX
from import_export.tmp_storages import CacheStorage

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # the wide signs too: a Chinese spreadsheet runs them as well


class Inert:
    """A format whose texts no spreadsheet can run: such a text gets an apostrophe, and loses it on its way back."""

    def export_data(self, dataset, **kwargs):
        rows = [[_inert(value) for value in row] for row in dataset]
        return super().export_data(tablib.Dataset(*rows, headers=dataset.headers), **kwargs)

    def create_dataset(self, in_stream, **kwargs):
        dataset = super().create_dataset(in_stream, **kwargs)
        rows = [bare for row in dataset if any(bare := [_bare(value) for value in row])]
        return tablib.Dataset(*rows, headers=[str(head or "").strip() for head in dataset.headers or []])


class Workbook(Inert, XLSX):
    pass


class CommaFile(Inert, CSV):
    """UTF-8 with the mark by which Excel knows it; what Excel saves in Chinese, GB18030, is read too."""

    def is_binary(self):
        return True

    def get_read_mode(self):
        return "rb"

    def export_data(self, dataset, **kwargs):
        return super().export_data(dataset, **kwargs).encode("utf-8-sig")

    def create_dataset(self, in_stream, **kwargs):
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("gb18030")
        return super().create_dataset(text, **kwargs)


def _inert(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _bare(value):
    value = "" if value is None else str(value).strip()
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


class Kept(CacheStorage):
    """The file between preview and confirmation: under a name that can't be guessed, for all processes."""

    def read(self):
        if (data := super().read()) is None:
            raise Http404
        return data
