"""Files over the limit are dropped while they arrive; the rest of the form is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


@pytest.fixture
def received(rf, settings):
    """Post a form with files of the given sizes and a word: the request as a view gets it."""
    settings.EVIDENCE_MAX_BYTES = 100_000

    def received(**sizes):
        files = {name: SimpleUploadedFile(f"{name}.pdf", b"0" * size) for name, size in sizes.items()}
        request = rf.post("/", {"words": "已开工", **files})
        assert request.POST["words"] == "已开工"
        return request

    return received


def test_a_file_of_the_limit_is_taken(received):
    request = received(whole=100_000)

    assert (request.FILES["whole"].size, request.oversized_files) == (100_000, [])


@pytest.mark.parametrize("size", [100_001, 1_000_000])
def test_a_larger_file_is_dropped_and_named(received, size):
    request = received(big=size)

    assert (list(request.FILES), request.oversized_files) == ([], ["big.pdf"])


def test_the_other_files_are_taken(received):
    request = received(first=10, big=200_000, last=20)

    assert ({name: file.size for name, file in request.FILES.items()}, request.oversized_files) == (
        {"first": 10, "last": 20},
        ["big.pdf"],
    )
