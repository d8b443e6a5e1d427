"""A zip of the workbook and its evidence: files find their line by number, and nothing half is taken."""

import struct
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks.models import Draft, Evidence
from tests.factories import a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
SHEET = "/p/baoshan-2024/report/2024Q3/"
TAKE = f"{SHEET}workbook/"
PDF = b"%PDF-1.7 evidence"


@pytest.fixture
def client(sign_in, official, baoshan):
    return sign_in(official)


@pytest.fixture
def book(client):
    """The workbook with 6 in the first line."""
    opened = load_workbook(BytesIO(client.get(f"{SHEET}workbook.xlsx").content))
    sheet = opened["填报"]
    sheet[f"F{next(row for row in range(1, 40) if sheet[f'A{row}'].value == '01')}"] = 6
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


@pytest.fixture
def send(client):
    """Upload an archive of these files."""

    def send(files):
        return client.post(TAKE, {"file": a_file("填报.zip", packed(files))})

    return send


def packed(files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def hung():
    """Lines and their files."""
    return {(file.draft.line, file.name) for file in Evidence.objects.select_related("draft")}


def problems(response):
    assert response.status_code == 422
    return [(problem.cell, problem.message) for problem in response.context["offline"]["problems"]]


def test_files_hang_on_the_lines_that_they_are_named_by(send, client, baoshan, book):
    first, eighth = (baoshan.indicators.get(code=code).pk for code in ("01", "08"))
    task = baoshan.tasks.filter(town_wide=True).first()
    files = {
        "填报.xlsx": book,
        "08_合同.pdf": PDF,
        "8 验收.pdf": PDF + b"2",
        "01/现场/照片.pdf": PDF + b"3",
        f"任务{task.number}/照片.pdf": PDF + b"4",
        "01/清单.xlsx": book,
    }

    answer = send(files)

    assert answer.url == SHEET
    assert hung() == {
        *((eighth, "08_合同.pdf"), (eighth, "8 验收.pdf"), (first, "照片.pdf"), (first, "清单.xlsx")),
        (-task.pk, "照片.pdf"),
    }
    assert Draft.objects.get(indicator=first).typed["value"] == "6"
    assert "已填入 1 行 1 格，佐证材料 5 份；请核对后提交。" in client.get(SHEET).content.decode()


def test_the_folder_around_everything_and_what_systems_leave_do_not_matter(send, book):
    send({"庙行镇/填报.xlsx": book, "庙行镇/08_合同.pdf": PDF, "__MACOSX/._x": b"", "庙行镇/.DS_Store": b"x"})

    assert [name for _line, name in hung()] == ["08_合同.pdf"]


def test_the_same_archive_twice_hangs_a_file_once(send, book):
    send({"填报.xlsx": book, "08_合同.pdf": PDF})
    send({"填报.xlsx": book, "08_合同.pdf": PDF})

    assert Evidence.objects.count() == 1


def test_names_packed_by_chinese_windows_are_read(client, book):
    # Python writes UTF-8 and says so; Windows writes GB18030 and says nothing: the name's bytes are put in by hand.
    ascii_name, chinese = "08_AAAA.pdf", "08_合同.pdf".encode("gb18030")
    data = packed({"book.xlsx": book, ascii_name: PDF}).replace(ascii_name.encode(), chinese)

    client.post(TAKE, {"file": a_file("x.zip", data)})

    assert [name for _line, name in hung()] == ["08_合同.pdf"]


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, baoshan):
        yield
        assert not Draft.objects.exists()
        assert not Evidence.objects.exists()

    def test_every_file_that_is_not_taken_is_told(self, send, book):
        answer = send({"填报.xlsx": book, "合同.pdf": PDF, "99_x.pdf": PDF, "08_x.exe": b"MZ", "08_空.pdf": b""})

        assert [(cell, message.split("，")[0]) for cell, message in problems(answer)] == [
            ("合同.pdf", "“合同.pdf”没有以编号命名"),
            ("99_x.pdf", "“99_x.pdf”没有以编号命名"),
            ("08_x.exe", "“08_x.exe”的类型不允许上传"),
            ("08_空.pdf", "“08_空.pdf”是空文件。"),
        ]

    @pytest.mark.parametrize("names", [[], ["甲.xlsx", "乙.xlsx"]])
    def test_there_is_one_workbook(self, send, book, names):
        answer = send({"08_合同.pdf": PDF} | dict.fromkeys(names, book))

        assert problems(answer) == [("", f"压缩包里应有一份填报工作簿（.xlsx），现有 {len(names)} 份。")]

    def test_a_fault_in_the_workbook_keeps_its_evidence_out(self, send):
        assert send({"填报.xlsx": b"PK broken", "08_合同.pdf": PDF}).status_code == 422

    def test_a_bomb_is_refused(self, send, book, settings):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024

        answer = send({"填报.xlsx": book, "08_大.txt": b"0" * 6 * 1024 * 1024})

        assert problems(answer) == [("", "压缩包解压后超过 5 MB，请分几次上传。")]

    def test_a_bomb_that_lies_about_its_size_is_refused(self, client, book, settings):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024
        size = 6 * 1024 * 1024
        data = packed({"填报.xlsx": book, "08_x.txt": b"0" * size}).replace(
            struct.pack("<I", size), struct.pack("<I", 10)
        )

        ((_cell, message),) = problems(client.post(TAKE, {"file": a_file("x.zip", data)}))

        assert message in ("压缩包解压后超过 5 MB，请分几次上传。", "压缩包已损坏或不完整，请重新打包后上传。")

    def test_too_many_files_are_refused(self, send, book):
        answer = send({"填报.xlsx": book} | {f"08/{n}.pdf": PDF for n in range(500)})

        assert problems(answer) == [("", "压缩包里的文件超过 500 个，请分几次上传。")]

    def test_a_cut_off_archive_is_refused(self, client, book):
        data = packed({"填报.xlsx": book, "08_合同.pdf": PDF})

        assert client.post(TAKE, {"file": a_file("x.zip", data[: len(data) // 2])}).status_code == 422

    def test_a_damaged_archive_is_refused(self, client, book):
        data = bytearray(packed({"填报.xlsx": book, "08_合同.pdf": PDF}))
        data[200:260] = b"\x00" * 60

        assert problems(client.post(TAKE, {"file": a_file("x.zip", bytes(data))})) == [
            ("", "压缩包已损坏或不完整，请重新打包后上传。")
        ]

    def test_an_archive_whose_directory_is_damaged_is_refused(self, client, book):
        data = bytearray(packed({"填报.xlsx": book}))
        data[data.rindex(b"PK\x01\x02")] = 0

        ((_cell, message),) = problems(client.post(TAKE, {"file": a_file("x.zip", bytes(data))}))

        assert "损坏" in message

    def test_an_archive_with_a_password_is_refused(self, client, book):
        data = bytearray(packed({"填报.xlsx": book}))
        at = data.rindex(b"PK\x01\x02")
        data[at + 8] |= 1  # the flag that says encrypted, in the directory at the end

        assert problems(client.post(TAKE, {"file": a_file("x.zip", bytes(data))})) == [
            ("", "压缩包有密码，请去掉密码后再上传。")
        ]
