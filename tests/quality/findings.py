"""What the tests of findings share: criteria, findings brought to a state as the portal brings them, the people."""

import datetime as dt

from accounts.models import User
from quality import rectifying
from quality.improvement import Said, write
from quality.models import Finding, HazardCriterion, HazardList
from tasks.reporting import new_key
from tests.factories import UserFactory, a_file

FOUND, DUE = dt.date(2024, 10, 8), dt.date(2024, 10, 31)
PHOTO = ("整改后.jpg", b"\xff\xd8\xff\xe0 photo")


def criteria(version="2023", from_day=dt.date(2023, 1, 1), numbers=(1, 2), district=None):
    """A list of criteria in force from a day on; gives them in their order."""
    said = {"version": version, "source": "民办发〔2023〕13号", "from_day": from_day}
    made = HazardList.objects.create(district=district, **said)
    return [
        HazardCriterion.objects.create(list=made, number=number, category="设施设备", words=f"情形{number}")
        for number in numbers
    ]


def a_finding(facility, *, by=None, severity="ordinary", subject="消防通道", found_on=FOUND, **said) -> Finding:
    """Recorded by hand."""
    by = by or UserFactory(district=facility.town.district)
    said = {"words": "通道堆放杂物", "key": new_key()} | said
    return rectifying.record(facility=facility, subject=subject, severity=severity, found_on=found_on, by=by, **said)


def reread(finding) -> Finding:
    return Finding.objects.standing().get(pk=finding.pk)


def photo():
    return a_file(*PHOTO)


class People:
    """Those who take part: `director` rectifies, `official` (the town) and `staff`, `second` (the bureau) do the rest."""

    def __init__(self, facility):
        district = facility.town.district
        self.director = UserFactory(name="李院长", role="facility", district=district, facility=facility)
        self.official = UserFactory(name="镇经办人", role="town", district=district, town=facility.town)
        self.staff = UserFactory(name="科员甲", district=district)
        self.second = UserFactory(name="科员乙", district=district)


class Case:
    """One finding and its people: `case.assigned()`, `case.submitted()` … bring it on, step by step."""

    def __init__(self, facility, *, criterion=None, **said):
        self.people, self.criterion = People(facility), criterion
        severity = "major" if criterion else "ordinary"
        self.finding = a_finding(facility, by=self.people.staff, severity=severity, **said)

    def act(self, verb, by, **said):
        """Do one thing, with a key of its own."""
        said = {"key": new_key()} | said
        return getattr(rectifying, verb)(finding=self.finding, by=by, **said)

    def assigned(self, **said):
        said = {"severity": "major" if self.criterion else "ordinary", "criterion": self.criterion} | said
        self.act("assign", self.people.staff, **({"responsible": "王主任", "due_on": DUE} | said))
        return self

    def signed(self):
        self.assigned().act("sign", self.people.director)
        return self

    def submitted(self):
        self.signed().act("submit", self.people.director, words="已清理通道", files=[photo()])
        return self

    def verified(self):
        self.submitted().act("verify", self.people.staff, words="现场已看")
        return self

    def closed(self):
        self.submitted().act("close", self.people.staff, words="验收合格")
        return self

    @property
    def state(self):
        return reread(self.finding).state


def rectified(home, programme, staff, *, mark) -> dict[str, int]:
    """A finding with a photo, assigned, and a plan tied to it, all words marked: their keys for addresses."""
    finding = a_finding(
        home, by=staff, subject=f"{mark}项目", words=f"{mark}问题", key=f"finding-{mark}", files=[a_file(f"{mark}.jpg")]
    )
    said = {"responsible": f"{mark}主任", "due_on": DUE, "severity": "ordinary", "words": f"{mark}要求"}
    rectifying.assign(finding=finding, by=staff, key=f"assign-{mark}", **said)
    measure = Said(f"{mark}措施", f"{mark}主任", dt.date(2024, 12, 20), findings=[finding])
    write(
        facility=home,
        programme=programme,
        words=f"{mark}分析",
        grade="good",
        star=3,
        measures=[measure],
        by=User.objects.get(town=home.town),
        key=f"plan-{mark}",
    )
    return {"finding": finding.pk, "finding_file": finding.files.get().pk}
