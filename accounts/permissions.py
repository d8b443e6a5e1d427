"""Who may do what, on one screen: roles are rows of permissions; views name a permission, never a role."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    SEE_PLAN = "see_plan"  # the programme, its tasks and indicators, narrowed to what is visible
    SEE_DISTRICT = "see_district"  # every town of the district: dashboard, ranking, queue
    SEE_TOWN = "see_town"  # a town's page and entry sheet
    REPORT = "report"  # enter and submit a town's sheet
    LOG = "log"  # log a task's progress for the district
    REVIEW = "review"  # accept and return reports
    REGISTER = "register"  # keep the register of facilities
    FIGURES = "figures"  # enter a facility's figures
    INSPECT = "inspect"  # plan and carry out inspections; a facility its self-checks
    PLAN_INSPECTIONS = "plan_inspections"  # keep item lists and inspectors; draw, publish
    FIND = "find"  # record findings, assign and extend them, verify and close; approve a facility's plan
    RECTIFY = "rectify"  # take part in the rectification of findings: sign, submit; write a facility's plan
    PUT_FORWARD = "put_forward"  # enter a facility's own people: put forward, trained, certified, subsidised
    RUN = "run"  # keep a programme's phases, events and people; publish examples
    MARK = "mark"  # give marks, bonuses and penalties
    ASSESS = "assess"  # make, freeze, publish and finish assessments; rule on appeals
    APPEAL = "appeal"  # appeal against a line of the town's own result
    CLAIM = "claim"  # claim a bonus for the town
    MANAGE = "manage"  # users and reference data


class Role(models.TextChoices):
    ADMIN = "admin", _("区级管理员")
    STAFF = "staff", _("民政局工作人员")
    LEADER = "leader", _("区领导")
    TOWN = "town", _("街镇工作人员")
    FACILITY = "facility", _("养老机构")
    CITY = "city", _("市级")


_READ = {Permission.SEE_PLAN, Permission.SEE_DISTRICT, Permission.SEE_TOWN}
_INSPECT = {Permission.INSPECT, Permission.FIND, Permission.RECTIFY}
_KEEP = {Permission.REPORT, Permission.REGISTER, Permission.FIGURES} | _INSPECT
_DECIDE = {Permission.REVIEW, Permission.PLAN_INSPECTIONS, Permission.RUN, Permission.MARK, Permission.ASSESS}
_WORK = _READ | _KEEP | _DECIDE | {Permission.LOG, Permission.PUT_FORWARD}

PERMISSIONS = {
    Role.ADMIN: _WORK | {Permission.MANAGE},
    Role.STAFF: _WORK,
    Role.LEADER: _READ,
    Role.TOWN: {Permission.SEE_PLAN, Permission.SEE_TOWN, Permission.APPEAL, Permission.CLAIM} | _KEEP,
    Role.FACILITY: {Permission.SEE_PLAN, Permission.FIGURES, Permission.PUT_FORWARD}
    | {Permission.INSPECT, Permission.RECTIFY},
    Role.CITY: _READ,
}
