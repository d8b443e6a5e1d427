"""A person's own notices: the bell, the list, opening one, and what comes by mail."""

import datetime as dt

import pytest
from django.utils import timezone

from tasks.models import Notification
from tasks.notifying import tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


def remind(user, key="k", **more):
    facts = {"period": "2024Q3", "owed": 5, "due_on": "2024-10-10"}
    given = {"kind": "reminded", "facts": facts, "url": "/settings/notices/"} | more
    tell(users=[user], district=user.district, key=key, **given)
    return Notification.objects.get(user=user, key=key)


def page(client, address="/notices/"):
    return client.get(address).content.decode()


class TestBell:
    def test_it_counts_what_is_unread(self, official, neighbour, sign_in):
        for key in ("a", "b"):
            remind(official, key)
        remind(neighbour)

        assert '<span class="bell-count">2<' in page(sign_in(official), "/")

    def test_it_says_nothing_where_nothing_is_unread(self, official, sign_in):
        remind(official)
        Notification.objects.update(read_at=timezone.now())

        assert "bell-count" not in page(sign_in(official), "/")

    @pytest.mark.parametrize(("count", "said"), [(99, "99<"), (100, "99+<"), (120, "99+<")])
    def test_it_counts_no_further_than_a_hundred(self, official, sign_in, count, said):
        for number in range(count):
            remind(official, str(number))

        assert f'<span class="bell-count">{said}' in page(sign_in(official), "/")


class TestList:
    def test_ones_own_newest_first_with_their_words(self, official, neighbour, sign_in):
        remind(official)
        remind(official, "b", kind="extended", facts={"period": "2024Q3", "due_on": "2024-10-20", "reason": "台风"})
        remind(neighbour, kind="extended", facts={"period": "2024Q3", "due_on": "2024-10-20", "reason": "友谊密"})

        shown = page(sign_in(official))

        assert shown.index("2024年第三季度填报延期至10月20日") < shown.index("催办：请填报2024年第三季度进展")
        assert "友谊密" not in shown

    def test_it_can_be_narrowed_to_what_is_unread(self, official, sign_in):
        remind(official)
        remind(official, "b", facts={"period": "2024Q2", "owed": 5, "due_on": "2024-10-10"})
        Notification.objects.filter(key="b").update(read_at=timezone.now())

        shown = page(sign_in(official), "/notices/?unread=1")

        assert ("2024年第三季度进展" in shown, "2024年第二季度进展" in shown) == (True, False)

    @pytest.mark.parametrize(("address", "said"), [("/notices/", "还没有通知"), ("/notices/?unread=1", "没有未读通知")])
    def test_an_empty_list_says_so(self, official, sign_in, address, said):
        assert said in page(sign_in(official), address)

    def test_it_goes_out_as_a_file(self, official, sign_in):
        remind(official)

        lines = sign_in(official).get("/notices/?export=csv").content.decode("utf-8-sig").splitlines()

        assert lines == [
            "时间,类型,年度方案,通知,内容,阅读时间",
            "2024-10-15 10:00,催办,,催办：请填报2024年第三季度进展,还有 5 行未报，10月10日截止,",
        ]

    def test_the_words_of_people_are_no_markup(self, official, sign_in):
        remind(official, kind="period", facts={"period": "2024Q3", "closed": True, "reason": "<script>x</script>"})

        assert "&lt;script&gt;x&lt;/script&gt;" in page(sign_in(official))

    def test_it_costs_the_same_for_one_and_for_three(self, official, sign_in, django_assert_num_queries):
        client = sign_in(official)
        remind(official)
        with django_assert_num_queries(6):
            client.get("/notices/")
        for key in ("b", "c"):
            remind(official, key)

        with django_assert_num_queries(6):
            client.get("/notices/")


class TestReading:
    def unread(self):
        return set(Notification.objects.unread().values_list("user__username", "key"))

    @pytest.fixture(autouse=True)
    def _three(self, official, neighbour):
        remind(official, "a")
        remind(official, "b")
        remind(neighbour, "c")

    def test_one_is_marked_as_read(self, official, sign_in, october):
        one = Notification.objects.get(key="a")

        answer = sign_in(official).post("/notices/?unread=1", {"notice": one.pk})

        assert answer.url == "/notices/?unread=1"
        assert self.unread() == {("official", "b"), ("neighbour", "c")}
        one.refresh_from_db()
        assert one.read_at == october

    def test_all_of_ones_own_are_marked_as_read(self, official, sign_in):
        sign_in(official).post("/notices/")

        assert self.unread() == {("neighbour", "c")}

    @pytest.mark.parametrize("typed", ["", "x", "-1", "９", "1' or 1=1", "9" * 30])
    def test_what_is_no_notice_marks_none(self, official, sign_in, typed):
        assert sign_in(official).post("/notices/", {"notice": typed}).status_code == 302
        assert len(self.unread()) == 3

    def test_another_persons_stays_unread(self, official, sign_in):
        other = Notification.objects.get(key="c")

        sign_in(official).post("/notices/", {"notice": other.pk})

        assert len(self.unread()) == 3

    def test_opening_one_reads_it_and_leads_where_it_points(self, official, sign_in):
        one = Notification.objects.get(key="a")

        answer = sign_in(official).get(f"/notices/{one.pk}/")

        assert (answer.status_code, answer.url) == (302, "/settings/notices/")
        assert self.unread() == {("official", "b"), ("neighbour", "c")}

    def test_when_it_was_read_first_stays(self, official, sign_in):
        one = Notification.objects.get(key="a")
        first = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)
        Notification.objects.update(read_at=first)

        sign_in(official).get(f"/notices/{one.pk}/")

        one.refresh_from_db()
        assert one.read_at == first

    def test_another_persons_is_not_there(self, official, sign_in):
        other = Notification.objects.get(key="c")

        assert sign_in(official).get(f"/notices/{other.pk}/").status_code == 404
        assert len(self.unread()) == 3

    @pytest.mark.parametrize("url", ["", "https://example.com/", "//example.com/"])
    def test_one_that_leads_nowhere_here_leads_to_the_list(self, official, sign_in, url):
        one = Notification.objects.get(key="a")
        Notification.objects.update(url=url)

        assert sign_in(official).get(f"/notices/{one.pk}/").url == "/notices/"


class TestSettings:
    def save(self, client, **typed):
        return client.post("/settings/notices/", typed)

    def kinds(self, page):
        return {value for value in Notification.Kind.values if f'value="{value}"' in page}

    def test_everything_comes_by_mail_at_first(self, official, sign_in):
        shown = page(sign_in(official), "/settings/notices/")

        assert shown.count("checked") == 1 + len(self.kinds(shown))

    def test_what_is_not_ticked_is_muted(self, official, sign_in):
        self.save(sign_in(official), digest="on", kinds=["reminded", "returned"])

        official.refresh_from_db()
        assert official.digest is True
        assert official.muted == [
            *("accepted", "due", "extended", "period", "light", "supervision", "assessment", "appeal"),
            *("claim", "inspection", "finding", "plan", "year"),
        ]

    def test_the_mail_can_be_declined(self, official, sign_in):
        self.save(sign_in(official))

        official.refresh_from_db()
        assert official.digest is False

    def test_a_kind_that_is_not_asked_for_stays_as_it_was(self, official, sign_in):
        official.muted = ["submitted", "reminded"]
        official.save()

        self.save(sign_in(official), digest="on", kinds=["reminded"])

        official.refresh_from_db()
        assert official.muted[0] == "submitted"
        assert "reminded" not in official.muted

    def test_a_kind_that_there_is_not_is_refused(self, official, sign_in):
        answer = self.save(sign_in(official), digest="on", kinds=["gossip"])

        official.refresh_from_db()
        assert (answer.status_code, official.muted) == (200, [])
        assert "gossip" in answer.content.decode()

    @pytest.mark.parametrize(
        ("who", "more"),
        [("official", {"assessment"}), ("staff", {"submitted"}), ("admin", {"submitted", "delivery"})],
    )
    def test_each_is_asked_about_what_they_are_told(self, request, sign_in, who, more):
        asked = self.kinds(page(sign_in(request.getfixturevalue(who)), "/settings/notices/"))

        assert asked & {"submitted", "delivery", "assessment"} == more
        assert len(asked) == 14 + len(more)

    def test_who_has_no_address_is_told_so(self, official, sign_in):
        assert "您的账号没有登记邮箱" in page(sign_in(official), "/settings/notices/")

    def test_who_has_one_sees_which(self, official, sign_in):
        official.email = "official@example.com"
        official.save()

        assert "发到 official@example.com" in page(sign_in(official), "/settings/notices/")

    @pytest.mark.parametrize(("who", "seen"), [("admin", True), ("staff", False)])
    def test_the_outbox_is_linked_for_administrators(self, request, sign_in, who, seen):
        assert ("/settings/deliveries/" in page(sign_in(request.getfixturevalue(who)), "/settings/notices/")) is seen
