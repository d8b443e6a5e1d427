"""Links between the list and the table, as a file confirms them (design: "Links are data")."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from tasks.annexes.names import squash
from tasks.models import Indicator, Programme, Task


class LinkError(Exception):
    """A link names something that the programme does not have; the message is for people."""


class IndicatorNames:
    """Finds a programme's indicators by name or alias, whatever the print did to them."""

    def __init__(self, programme: Programme):
        indicators = Indicator.objects.filter(programme=programme)
        self.known = {squash(name): one for one in indicators for name in (one.name, *one.aliases)}

    def find(self, name: str) -> Indicator:
        """Raises LinkError."""
        if indicator := self.known.get(squash(name)):
            return indicator
        raise LinkError(_("指标“%(name)s”不在本方案中") % {"name": name})


def apply_aliases(programme: Programme, aliases: Iterable[Mapping]) -> None:
    """Name indicators as the notice means them; the printed name stays as an alias. Raises LinkError."""
    for link in aliases:
        indicator = IndicatorNames(programme).find(link["alias"])
        if link["alias"] not in indicator.aliases:
            indicator.name, indicator.aliases = link["name"], [*indicator.aliases, link["alias"]]
            indicator.save()


def apply_task_links(programme: Programme, links: Iterable[Mapping]) -> None:
    """Link each task with the indicators that it is about. Raises LinkError."""
    names = IndicatorNames(programme)
    tasks = {task.number: task for task in Task.objects.filter(programme=programme)}
    for link in links:
        if link["number"] not in tasks:
            raise LinkError(_("任务 %(number)s 不在本方案中") % link)
        tasks[link["number"]].indicators.set(names.find(name) for name in link["indicators"])
