from itertools import pairwise
from math import hypot

from portal.charts import Series, bar_chart, line_chart
from portal.maps import APART, Place, map_of


def test_a_line_goes_from_the_first_label_to_the_last_under_a_round_top():
    chart = line_chart("c", "Inkomna", "Från 3 till 7.", "Vecka", ["v1", "v2", "v3"], [Series("Inkomna", [3, 5, 7])])

    assert [tick.text for tick in chart.up] == ["0", "2", "4", "6", "8"]
    assert chart.lines[0].points == "36,156 266,100 496,44"
    assert chart.rows == [["v1", "3"], ["v2", "5"], ["v3", "7"]]


def test_names_at_the_ends_of_lines_are_never_on_each_other():
    series = [Series(name, [0, value]) for name, value in (("a", 5), ("b", 5), ("c", 5.1))]

    chart = line_chart("c", "t", "s", "Vecka", ["v1", "v2"], series)

    heights = sorted(line.y for line in chart.lines)
    assert len(heights) == 3
    assert min(after - before for before, after in pairwise(heights)) >= 16


def test_names_of_lines_that_end_at_zero_stand_above_the_weeks():
    chart = line_chart("c", "t", "s", "Vecka", ["v1", "v2"], [Series(name, [4, 0]) for name in "ab"])

    assert max(line.y for line in chart.lines) == chart.height - 30


def test_a_chart_of_nothing_is_a_chart():
    line_chart("c", "t", "s", "Vecka", [], [Series("a", [])])
    bar_chart("b", "t", "s", ("E-tjänst", "Dagar"), [])


def test_the_longest_bar_fills_the_room():
    chart = bar_chart("b", "t", "s", ("E-tjänst", "Dagar"), [("Avlopp", 30), ("Kompost", 15)])

    assert [bar.length for bar in chart.bars] == [390, 195]


def test_pins_are_in_the_order_of_the_list_and_none_hides_another():
    houses = [Place(number, f"Hus {number}", "#x", 487_500, 6_990_500) for number in range(1, 13)]

    pins = map_of(houses).pins

    assert [pin.number for pin in pins] == list(range(1, 13))
    near = [(a, b) for a in pins for b in pins if a.number < b.number and hypot(a.x - b.x, a.y - b.y) < APART - 2]
    assert near == []


def test_north_is_up_and_east_is_right():
    south, north = map_of([Place(1, "a", "#", 470_000, 6_980_000), Place(2, "b", "#", 500_000, 7_040_000)]).pins

    assert north.y < south.y
    assert north.x > south.x
