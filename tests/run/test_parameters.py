from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from toolkit.errors import Fault, SettingsError
from toolkit.run.parameters import check_choice, check_parameters, check_steps, read_parameters
from toolkit.run.plan import plan


def saved(path, source, tags=("parameters",)):
    nbformat.write(new_notebook(cells=[new_code_cell(source, metadata={"tags": list(tags)})]), path)
    return path


def faults(call, *given):
    with pytest.raises(SettingsError) as raised:
        call(*given)
    return [str(fault) for fault in raised.value.faults]


def test_read_parameters_gives_type_default_and_help(tmp_path):
    found = read_parameters(saved(tmp_path / "a.ipynb", 'vendor: str = "007"  # id, as in review.yaml\nlimit = 3'))
    assert (found["vendor"].type, found["vendor"].default, found["vendor"].help) == (
        "str",
        "007",
        "id, as in review.yaml",
    )
    assert (found["limit"].type, found["limit"].default, found["limit"].help) == ("", 3, "")


def test_read_parameters_sees_a_default_with_an_equals_sign(tmp_path):
    found = read_parameters(saved(tmp_path / "a.ipynb", 'rule: str = "a=b # c"  # é, a help'))
    assert (found["rule"].default, found["rule"].help) == ("a=b # c", "é, a help")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("import os", "`name: type = literal  # help`"),
        ("vendor: str | None = None", "one of str, int, float, bool, list, dict"),
        ("vendor: str = open('x')", 'a literal, such as "alder" or 12'),
        ("vendor = ", "`name: type = literal  # help`"),
        ("a = b = 1", "`name: type = literal  # help`"),
    ],
)
def test_read_parameters_refuses_anything_but_literals(tmp_path, source, wanted):
    assert [text for text in faults(read_parameters, saved(tmp_path / "a.ipynb", source)) if wanted in text]


def test_read_parameters_refuses_a_notebook_without_the_tag(tmp_path):
    path = saved(tmp_path / "a.ipynb", "vendor = 1", tags=())
    assert "found 0 cells tagged 'parameters'; expected exactly one" in faults(read_parameters, path)[0]


def test_read_parameters_refuses_a_file_that_is_no_notebook(tmp_path):
    (tmp_path / "a.ipynb").write_text("half a noteb")
    assert "found a file that is no notebook" in faults(read_parameters, tmp_path / "a.ipynb")[0]


def test_check_parameters_suggests_the_nearest_name(tmp_path):
    declared = read_parameters(saved(tmp_path / "a.ipynb", 'vendor: str = ""\nperiod: str = ""'))
    told = faults(check_parameters, tmp_path / "a.ipynb", declared, {"vendr": "alder"})
    assert "found 'vendr'; expected a parameter that the notebook declares. Did you mean 'vendor'?" in told[0]


def test_check_parameters_keeps_ids_text(tmp_path):
    declared = read_parameters(saved(tmp_path / "a.ipynb", 'vendor: str = ""'))
    assert "found 7; expected a value of type str" in faults(check_parameters, tmp_path, declared, {"vendor": 7})[0]


def test_check_steps_tells_all_faults_at_once(notebooks, area, tmp_path):
    area_step, summary, _ = plan(tmp_path / "acme", ["007"], ["2026-Q3"], [area], tmp_path, notebooks)
    typo = replace(area_step, parameters={"vendr": "007"})
    lost = replace(summary, notebook=notebooks / "91_executive_summary.ipynb")
    told = faults(check_steps, [typo, lost])
    assert len(told) == 2
    assert "Did you mean '90_executive_summary'?" in told[1]


# ---------------------------------------------------------------------------------------------------- vendors and periods
def buyer(tmp_path, *vendors):
    """A client of two periods; what it knows decides, not how it was read."""

    def known(names, text):
        if text not in names:
            raise SettingsError(Fault("name", repr(text), "a known one"))
        return text

    return SimpleNamespace(
        id="acme",
        vendors=dict.fromkeys(vendors),
        selections={"desk": None},
        selection=lambda text: SimpleNamespace(id=known(["desk"], text)),
        periods=["2026-Q2", "2026-Q3"],
        vendor=lambda text: SimpleNamespace(id=known(vendors, text)),
        period=lambda text: known(["2026-Q2", "2026-Q3"], text),
    )


def test_check_choice_takes_every_vendor_and_the_latest_period(tmp_path):
    assert check_choice(buyer(tmp_path, "007", "alder"), [], []) == (["007", "alder"], ["2026-Q3"], ["desk"])


def test_check_choice_takes_no_selection_where_vendors_are_named_and_no_vendor_where_selections_are(tmp_path):
    known = buyer(tmp_path, "007", "alder")
    assert check_choice(known, ["007"], []) == (["007"], ["2026-Q3"], [])
    assert check_choice(known, [], [], ["desk"]) == ([], ["2026-Q3"], ["desk"])
    assert check_choice(known, ["007"], [], ["desk"]) == (["007"], ["2026-Q3"], ["desk"])


def test_check_choice_takes_each_name_once(tmp_path):
    chosen = check_choice(buyer(tmp_path, "007", "alder"), ["alder", "alder"], ["2026-Q3", "2026-Q2", "2026-Q3"])
    assert chosen == (["alder"], ["2026-Q3", "2026-Q2"], [])


def test_check_choice_tells_every_unknown_name(tmp_path):
    assert len(faults(check_choice, buyer(tmp_path, "007"), ["7", "008"], ["2027-Q1"])) == 3
