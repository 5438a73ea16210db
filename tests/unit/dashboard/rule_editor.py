"""The list of rules on the page Settings, as a browser with a draft of its own uses it."""

import json

from tests.unit.dashboard.conftest import PUBLIC_URL

PLACE = {"of": "list"}


class Editor:
    """The rules of one kind; what the browser keeps of them from one press to the next is in `kept`."""

    def __init__(self, browser, kind):
        self.browser, self.kind, self.kept = browser, kind, None

    def press(self, do, at=None, why=None):
        """Press a button of the list, or that of the bar below it."""
        asked = {"kind": self.kind, "do": do, "at": at}
        return self._call(
            ("rules-asked", "rules-draft"),
            [_given("rules-asked", "data", asked)],
            [_given("rules-draft", "data", self.kept), self._why(why)],
            "rules-asked.data",
        )

    def open(self, do="add", at=None):
        """Open the dialog."""
        asked = {"kind": self.kind, "do": do, "at": at}
        return self._call(
            ("rules-asked", "rule-about"),
            [_given("rules-asked", "data", asked)],
            [_given("rules-draft", "data", self.kept)],
            "rules-asked.data",
        )

    def write(self, at=None, button="rule-put", **given):
        """Write a rule into the dialog and put it into the list."""
        ids = [{"name": name, "type": "rule-field"} for name in given]
        buttons = ("rule-put", "rule-remove")
        return self._call(
            ("rule-put", "rules-draft"),
            [_given(one, "n_clicks", 1 if one == button else None) for one in buttons],
            [
                _given("rule-about", "data", {"kind": self.kind, "at": at}),
                _given("rules-draft", "data", self.kept),
                [_given(one, "value", text) for one, text in zip(ids, given.values(), strict=True)],
                [_given(one, "id", one) for one in ids],
                self._why(None),
            ],
            f"{button}.n_clicks",
        )

    def _why(self, text):
        return [_given({"of": self.kind, "type": "rules-why"}, "value", text)]

    def _call(self, names, inputs, state, changed):
        asks, fills = names
        declared = self.browser.get("/_dash-dependencies").get_json()
        output = next(
            one["output"]
            for one in declared
            if any(given["id"] == asks for given in one["inputs"]) and fills in one["output"]
        )
        answer = self.browser.post(
            "/_dash-update-component",
            json={
                "output": output,
                "outputs": list(map(_place, output[2:-2].split("..."))),
                "inputs": inputs,
                "state": state,
                "changedPropIds": [changed],
            },
            headers={"X-CSRFToken": self.browser.token(), "Origin": PUBLIC_URL},
        )
        if answer.status_code == 200:
            told = answer.get_json()["response"]
            for key, one in told.items():
                if key.startswith("rules-draft"):
                    self.kept = one["data"]
        return answer


def _given(name, prop, value):
    return {"id": name, "property": prop, "value": value}


def _place(text):
    """An output, of which there is one, where the app says that there may be any number."""
    identity, _, prop = text.rpartition(".")
    if not identity.startswith("{"):
        return {"id": identity, "property": prop}
    told = json.loads(identity)
    one = {"id": told | PLACE if told.get("of") == ["ALL"] else told, "property": prop}
    return [one] if told.get("of") == ["ALL"] else one
