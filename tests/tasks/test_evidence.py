"""Files that back a report: what is taken, what is kept of it, and who may have it."""

import hashlib

import pytest
from django.db import IntegrityError

from tasks import evidence
from tasks.evidence import EvidenceError
from tasks.models import Evidence
from tests.factories import PeriodFactory, TaskFactory, a_file, reported

PDF = b"%PDF-1.7 \xe9\xaa\x8c\xe6\x94\xb6"


# --- What is taken (no database)


@pytest.mark.parametrize("kind", evidence.KINDS.split())
def test_papers_tables_and_pictures_are_taken(kind):
    assert evidence.check(a_file(f"材料.{kind.upper()}")) is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("木马.exe", b"MZ\x90", "“木马.exe”的类型不允许上传"),
        ("页面.html", b"<html>", "“页面.html”的类型不允许上传"),
        ("图.svg", b"<svg>", "“图.svg”的类型不允许上传"),
        ("无后缀", b"text", "“无后缀”的类型不允许上传"),
        ("pdf", b"text", "“pdf”的类型不允许上传"),
        (".pdf", b"text", "“.pdf”的类型不允许上传"),
        ("a.pdf.exe", b"MZ", "“a.pdf.exe”的类型不允许上传"),
        ("改名.pdf", b"MZ\x90", "“改名.pdf”的类型不允许上传"),
        ("改名.pdf", b"\x7fELF", "“改名.pdf”的类型不允许上传"),
        ("改名.txt", b"#!/bin/sh", "“改名.txt”的类型不允许上传"),
        ("空.pdf", b"", "“空.pdf”是空文件。"),
    ],
)
def test_programs_pages_and_empty_files_are_refused_by_name(name, content, message):
    with pytest.raises(EvidenceError) as refused:
        evidence.check(a_file(name, content))

    assert str(refused.value).startswith(message)


def test_the_limit_is_the_last_size_taken(settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024

    assert evidence.check(a_file(content=b"0" * 1024 * 1024)) is None
    with pytest.raises(EvidenceError, match=r"“验收单\.pdf”超过 1 MB，未上传。请压缩或拆分后重试。"):
        evidence.check(a_file(content=b"0" * (1024 * 1024 + 1)))


# --- What is kept


@pytest.fixture
def report(db, miaohang):
    period = PeriodFactory()
    return reported(period, miaohang, subject=TaskFactory(programme=period.programme), state="done", percent=100)[0]


def test_a_file_is_kept_with_its_name_size_hash_place_and_owner(report, official):
    file = evidence.attach(a_file("验收单.pdf", PDF), by=official, report=report)

    assert (file.name, file.size, file.by, file.district) == ("验收单.pdf", len(PDF), official, report.district)
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    with file.file.open() as stored:
        assert stored.read() == PDF


def test_the_same_content_twice_is_two_files_that_do_not_share_a_fate(report, official):
    first, second = (evidence.attach(a_file(content=PDF), by=official, report=report) for _ in range(2))

    assert first.sha256 == second.sha256
    assert first.file.name != second.file.name


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "C:\\\\x\\\\y.txt", "长" * 300 + ".pdf"])
def test_a_name_is_only_a_name(report, official, name):
    file = evidence.attach(a_file(name), by=official, report=report)

    assert "/" not in file.name
    assert len(file.name) <= 200
    assert file.name.endswith((".txt", ".pdf"))


def test_a_file_hangs_on_a_report_or_on_a_draft(report, official):
    with pytest.raises(IntegrityError, match="evidence_on_a_report_or_a_draft"):
        Evidence.objects.create(district=report.district, name="x", file="x", size=1, sha256="0", by=official)


# --- Who may have it


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("staff", {"本镇", "邻镇", "全区"}),
        ("leader", {"本镇", "邻镇", "全区"}),
        ("city_user", {"本镇", "邻镇", "全区"}),
        ("official", {"本镇", "全区"}),
        ("neighbour", {"邻镇", "全区"}),
        ("facility_user", {"全区"}),
        ("stranger", set()),
    ],
)
def test_each_sees_the_files_of_their_place_and_of_the_district(report, official, request, youyi, who, sees):
    user = request.getfixturevalue(who)
    for name, town in {"本镇": report.town, "邻镇": youyi, "全区": None}.items():
        place = reported(report.period, town, subject=report.task, state="done", percent=100)[0]
        evidence.attach(a_file(f"{name}.pdf"), by=official, report=place)

    assert {file.name.removesuffix(".pdf") for file in Evidence.objects.visible_to(user)} == sees


def test_a_download_is_the_file_under_its_own_name_and_never_a_page(report, official, sign_in):
    file = evidence.attach(a_file("验收单.pdf", PDF), by=official, report=report)

    response = sign_in(official).get(f"/evidence/{file.pk}/")

    assert response.getvalue() == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E9%AA%8C%E6%94%B6%E5%8D%95.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
