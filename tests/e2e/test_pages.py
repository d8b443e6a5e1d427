"""Every page of every role on a desk and on a phone: no barrier, no fault in the console, nothing wider than the screen."""

import pytest

PLAN = "/p/baoshan-2024"
AT = "?as_of=2024-09-30"
OF_ALL = ["/", f"{PLAN}/tasks/{AT}", f"{PLAN}/tasks/38/{AT}", f"{PLAN}/indicators/{AT}", f"{PLAN}/indicators/09/{AT}"]
OF_ALL += [f"{PLAN}/scores/rubric/", "/accounts/password/change/", "/accounts/logout/"]
OF_TOWNS = [f"{PLAN}/towns/310113112/{AT}", f"{PLAN}/report/2024Q3/?town=310113112"]
OF_THE_DISTRICT = [f"{PLAN}/{AT}", f"{PLAN}/review/", f"{PLAN}/scores/{AT}", f"{PLAN}/scores/marks/"]
PAGES = {
    "": ["/accounts/login/", "/accounts/signup/"],
    "admin": ["/", "/components/"],
    "staff": OF_ALL + OF_TOWNS + OF_THE_DISTRICT,
    "leader": [f"{PLAN}/tasks/38/{AT}", *OF_TOWNS, *OF_THE_DISTRICT],
    "town-310113112": OF_ALL + OF_TOWNS,
    "facility-demo": OF_ALL,
}


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_have_no_fault(demo, enter, width):
    for username, addresses in PAGES.items():
        person = enter(username, width=width)
        for address in addresses:
            person.opens(address)
        person.opens("/nothing/", status=404)


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_have_no_fault_in_the_dark(demo, enter, width):
    staff = enter("staff", width=width, color_scheme="dark")
    for address in PAGES["staff"]:
        staff.opens(address)
