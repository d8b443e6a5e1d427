"""Files over the limit are dropped while they arrive: nothing is stored, and the rest of the form is still read."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SizeLimitHandler(FileUploadHandler):
    """Skips a file as soon as it passes EVIDENCE_MAX_BYTES and notes its name in `request.oversized_files`."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.request.oversized_files = []

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > settings.EVIDENCE_MAX_BYTES:
            self.request.oversized_files.append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None
