#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# unit.sh PROGRAM... - runs Criterion programs, and adds up what they say.

passed=0 failed=0
for program; do
	# Criterion ends with "Tested: N | Passing: N | Failing: N | Crashing: N".
	said=$(timeout 300 "$program" -j1 2>&1)
	code=$?
	ok=$(echo "$said" | sed -n 's/.*Passing: *\([0-9]*\).*/\1/p')
	bad=$(echo "$said" | sed -n 's/.*Failing: *\([0-9]*\).*/\1/p')
	down=$(echo "$said" | sed -n 's/.*Crashing: *\([0-9]*\).*/\1/p')
	lost=$((${bad:-0} + ${down:-0}))
	# One that ends badly, or has no tests, is lost too.
	[ $code -eq 0 ] && [ "${ok:-0}" -gt 0 ] || [ $lost -gt 0 ] || lost=1
	[ $lost -eq 0 ] || printf '%s\n' "$program:" "$said"
	passed=$((passed + ${ok:-0})) failed=$((failed + lost))
done
echo "unit: $passed passed, $failed failed"
[ $failed -eq 0 ]
