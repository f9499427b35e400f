# SPDX-License-Identifier: BSD-2-Clause
"""A cell may run anything: the others do not notice."""
from witness import hurts_nobody


def a_hostile_cell_is_refused_and_hurts_nobody():
    hurts_nobody("tests/boot/hostile.cells")


def so_is_one_whose_cpus_have_more_of_the_architecture():
    hurts_nobody("tests/boot/hostile.cells", CPU="max,pauth-impdef=on")
