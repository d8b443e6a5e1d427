"""What has changed in the ledger since an assessment was frozen, and what it would do to the scores."""

from scoring import sealing
from scoring.assessments import ruled, ruled_points
from scoring.differences import TownDifference, differences
from scoring.freezing import scores_of
from scoring.models import Assessment


def changed_since(assessment: Assessment) -> list[TownDifference]:
    """The towns whose accepted figures, marks or targets are no longer those that were frozen, as of the same day.

    What was ruled after an appeal stands on both sides.
    """
    points = ruled_points(assessment)
    standing = {row.town.pk: row for row in ruled(assessment)} if points else {}
    return differences(assessment, sealing.stored(assessment), scores_of(assessment), ruled=points, standing=standing)
