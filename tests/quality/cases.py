"""What the tests of facilities share: a quarter, and figures written as the portal writes them."""

from quality.models import RollUp
from quality.quarters import Quarter
from quality.reporting import accept, submit
from tasks.models import Indicator
from tasks.reporting import new_key
from tests.factories import UserFactory

Q2, Q3 = Quarter(2024, 2), Quarter(2024, 3)


def sent(facility, quarter=Q3, *, by=None, at=None, words="", key="", **values):
    """A facility's figures, submitted by its town: `sent(home, beds=100)`."""
    by = by or UserFactory(role="town", district=facility.town.district, town=facility.town)
    return submit(facility=facility, quarter=quarter, values=values, by=by, at=at, words=words, key=key or new_key())


def stood(facility, quarter=Q3, *, by=None, at=None, **values):
    """The same, and accepted by a reviewer."""
    report = sent(facility, quarter, at=at, **values)
    accept(reports=[report], by=by or UserFactory(district=facility.town.district), at=at)
    return report


def follows(indicator, numerator="beds", denominator="", kinds=()):
    """The indicator is rolled up from facilities."""
    indicator.source = Indicator.Source.FACILITIES
    indicator.save()
    return RollUp.objects.create(indicator=indicator, numerator=numerator, denominator=denominator, kinds=list(kinds))
