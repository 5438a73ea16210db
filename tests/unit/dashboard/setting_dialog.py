"""The dialog in which a setting of the business is changed, as a browser uses it."""


def ask(browser, **asked):
    """Press the button beside a setting."""
    return browser.call(
        browser.outputs("setting-asked"),
        [{"id": "setting-asked", "property": "data", "value": asked}],
        [],
        ["setting-asked.data"],
    )


def press(browser, about, button="setting-save", **given):
    """Press a button of the dialog, its fields filled."""
    buttons = ("setting-save", "setting-back", "setting-out")
    ids = [{"type": "setting-field", "name": name} for name in given]
    return browser.call(
        browser.outputs("setting-save"),
        [
            {"id": one, "property": "n_clicks", "value": 1 if one == button else None}
            for one in buttons
        ],
        [
            {"id": "setting-about", "property": "data", "value": about},
            [
                {"id": one, "property": "value", "value": value}
                for one, value in zip(ids, given.values(), strict=True)
            ],
            [{"id": one, "property": "id", "value": one} for one in ids],
        ],
        [f"{button}.n_clicks"],
    )


def attempt(browser, about, **given):
    """Press 'Try it'."""
    ids = [{"name": name, "type": "setting-field"} for name in given]
    return browser.call(
        browser.outputs("setting-try"),
        [{"id": "setting-try", "property": "n_clicks", "value": 1}],
        [
            {"id": "setting-about", "property": "data", "value": about},
            [{"id": one, "property": "value", "value": given[one["name"]]} for one in ids],
            [{"id": one, "property": "id", "value": one} for one in ids],
        ],
        ["setting-try.n_clicks"],
    )


def save(browser, place, button="setting-save", **given):
    return press(browser, {"place": place}, button, **given).get_data(as_text=True)


def shown(browser, section, search=""):
    return browser.section("/settings", section, search).get_data(as_text=True)
