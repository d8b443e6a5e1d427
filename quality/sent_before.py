"""A form that is sent twice is written once: its key finds what the first one wrote."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tasks.models.report import LedgerRow


def sent_before(model: type[LedgerRow], key: str, said: Mapping, error: type[Exception]) -> LedgerRow | None:
    """The row that a key wrote, None for a new key; raises `error` where it was written with something else."""
    earlier = model.objects.filter(key=key).first()
    if earlier and any(getattr(earlier, name) != value for name, value in said.items()):
        raise error(_("这张表已提交过，没有重复登记；另登记一项请重新打开本页。"))
    return earlier
