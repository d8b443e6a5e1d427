"""Every page of every role on a desk and on a phone: no barrier, no fault in the console, nothing wider than the screen."""

import pytest

PLAN = "/p/baoshan-2024"
AT = "?as_of=2024-09-30"
OF_ALL = ["/", f"{PLAN}/tasks/{AT}", f"{PLAN}/tasks/38/{AT}", f"{PLAN}/indicators/{AT}", f"{PLAN}/indicators/09/{AT}"]
OF_ALL += [f"{PLAN}/scores/rubric/", "/accounts/password/change/", "/accounts/logout/"]
OF_TOWNS = [f"{PLAN}/towns/310113112/{AT}", f"{PLAN}/report/2024Q3/?town=310113112"]
OF_THE_DISTRICT = [
    f"{PLAN}/{AT}",
    f"{PLAN}/review/",
    f"{PLAN}/review/310113104/",
    f"{PLAN}/scores/{AT}",
    f"{PLAN}/scores/marks/",
]
OF_THE_DISTRICT += [f"{PLAN}/reconcile/"]
PAGES = {
    "": ["/accounts/login/", "/accounts/signup/"],
    "staff": OF_ALL + OF_TOWNS + OF_THE_DISTRICT,
    "town-310113112": OF_ALL + OF_TOWNS,
}
PAGES_IN_THE_DARK = {
    "": ["/accounts/login/"],
    "admin": [
        "/components/",
        f"{PLAN}/imports/",
        f"{PLAN}/tasks/38/{AT}",
        f"{PLAN}/report/2024Q4/",
        f"{PLAN}/scores/marks/",
    ],
    "leader": OF_TOWNS + OF_THE_DISTRICT,
    "facility-demo": OF_ALL,
}


@pytest.mark.once
@pytest.mark.parametrize(("pages", "theme"), [(PAGES, "light"), (PAGES_IN_THE_DARK, "dark")], ids=["light", "dark"])
def test_pages_have_no_fault(demo, enter, pages, theme):
    for username, addresses in pages.items():
        person = enter(username, color_scheme=theme)
        for address in addresses:
            person.opens(address)
            person.finds_no_fault_on_a_phone()
