/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.pml - two callers, a cell of two CPUs, a peer that shares a channel.
 *
 * Every interleaving of what runtime/core does between two takings of a lock.
 * step() and the states are made by tests/model/run from the table in life.c,
 * so this is a model of what surrounds the table: life.c's own effects, manage.c,
 * cell.c, end.c, memory.c. PRISTINE, KEEP, NAMED and PEER say which cell it is. Callers and
 * cell do what they like, as often as they like, until the monitor says enough.
 */
#include "step.pml"	/* needs cancel_pending, below */

mtype = { OFF, PENDING, ON };		/* a CPU's power */
mtype = { ZERO, DIRTY, PAYLOAD };	/* what is in the cell's memory */

byte state = CELL_LOADED, after = CELL_EMPTY, phase = CLEAN_DONE;
byte n_active;
mtype power[2] = OFF;
mtype memory = PAYLOAD;
bool is_in_cell[2], ipi[2];
bool window, uses, is_cleaned_by_peer;
bool is_waiting[2];	/* that caller, for the cell to be parked: until then, or
			 * until it starts, since n_starts differs then */
bool is_fresh;		/* started, and not entered yet */
bool is_quiet;		/* the cell does nothing more by itself */
bool was_named;		/* what the root cell wrote last is the named payload */

inline started()
{
	if
	:: answer == 0 && state == CELL_RUNNING && power[0] == OFF &&
	   n_active == 0 ->
		power[0] = PENDING;
		n_active = 1;
		is_fresh = true;
		is_waiting[0] = false;
		is_waiting[1] = false
	:: else
	fi
}

inline cancel_pending()
{
	i = 0;
	do
	:: i < 2 && power[i] == PENDING -> power[i] = OFF; n_active--; i++
	:: i < 2 && power[i] != PENDING -> i++
	:: i == 2 -> break
	od;
	i = 0
}

inline wake(is_due)
{
	if
	:: is_due -> ipi[0] = true
	:: else
	fi;
	answer = 0
}

inline call_out()
{
	ipi[0] = true;
	ipi[1] = true
}

/* ---- manage.c ------------------------------------------------------------ */

inline stop()
{
	d_step {
		step(LIFE_STOP);
		if
		:: answer == 0 -> is_waiting[me] = true
		:: else
		fi
	}
	if
	:: answer == 0 ->
		d_step { call_out() }
		/* wait_until_parked */
		d_step { n_active == 0 || !is_waiting[me] -> answer = 0;
			 is_waiting[me] = false }
	:: else -> answer = 0
	fi
}

/* A load that is written, in part or whole, by whoever has it in view. */
inline scribble()
{
	if
	:: d_step { window -> assert(state == CELL_LOADING);
		    memory = DIRTY; was_named = false }
	:: d_step { window && NAMED -> assert(state == CELL_LOADING);
		    memory = DIRTY; was_named = true }
	:: true
	fi
}

proctype caller(byte me)
{
	byte i;
	short answer;
	byte was;

	do
	:: !is_quiet -> d_step {
		step(LIFE_START); started(); wake(answer == 0) }
	:: !is_quiet -> stop()
	:: !is_quiet -> d_step { step(LIFE_LOAD_BEGIN); wake(answer != -4) }
	:: !is_quiet -> d_step { step(LIFE_LOAD_END); wake(answer != -4) }
	:: !is_quiet -> scribble()
	:: is_quiet -> break
	od
}

/* ---- the cell's CPUs ----------------------------------------------------- */

inline clean()
{
	/* next_step has been left: the phase is looked at without the lock. */
	ph = phase;
	assert(ph == CLEAN_DONE ||
	       (n_active == 0 && !is_in_cell[0] && !is_in_cell[1] && !window));
	if
	:: ph == CLEAN_LINES -> d_step { uses = false; phase = CLEAN_ZERO }
	:: ph == CLEAN_LOADED -> d_step {
		/* What the payload leaves free is zeroed, then it is compared. */
		memory = (was_named || !NAMED -> PAYLOAD : DIRTY);
		was_named = false;
		if
		:: memory == PAYLOAD -> phase = CLEAN_DONE
		:: else -> phase = CLEAN_CHECK
		fi }
	:: ph == CLEAN_CHECK -> d_step {
		step(LIFE_REFUSED); assert(answer == 0) }
	:: ph == CLEAN_ZERO ->
		if
		:: after == CELL_KEPT -> phase = CLEAN_DONE
		:: else ->
			memory = ZERO;
			if
			:: after == CELL_CLEAN || !PRISTINE -> phase = CLEAN_DONE
			:: else -> phase = CLEAN_COPY
			fi
		fi
	:: ph == CLEAN_COPY -> d_step { memory = PAYLOAD; phase = CLEAN_DONE }
	:: ph == CLEAN_DONE ->
		/* arrive */
		d_step {
			if
			:: phase == CLEAN_DONE ->
				step(LIFE_CLEANED); assert(answer == 0)
			:: else -> answer = -1
			fi;
			if
			:: answer == 0 -> started()
			:: else
			fi
		}
	fi;
	d_step { ph = 0; answer = 0 }	/* dead: not told apart */
}

inline end_cell(request)
{
	d_step {
		was_first = state == CELL_RUNNING;
		if
		:: was_first -> step(request); assert(answer == 0)
		:: else
		fi
	}
	if
	:: was_first -> ipi[1 - me] = true; was_first = false
	:: else
	fi;
	answer = 0
}

inline park()
{
	is_in_cell[me] = false;
	d_step {
		assert(power[me] == ON && n_active > 0);
		power[me] = OFF;
		n_active--;
		was_first = n_active == 0;
		if
		:: n_active == 0 && state == CELL_RUNNING ->
			step(LIFE_STOP); assert(answer == 0)
		:: else
		fi
	}
	if
	:: was_first && me != 0 -> ipi[0] = true
	:: else
	fi;
	d_step { was_first = false; answer = 0 }
}

inline cpu_on()
{
	d_step {
		was_first = state == CELL_RUNNING && power[1 - me] == OFF;
		if
		:: was_first -> power[1 - me] = PENDING; n_active++
		:: else
		fi
	}
	if
	:: was_first -> ipi[1 - me] = true; was_first = false
	:: else
	fi;
	answer = 0
}

inline enter()
{
	assert(!window && !is_cleaned_by_peer && uses);
	/* A CPU that another of the cell turned on starts where that has been. */
	assert(!is_fresh || (me == 0 && memory == PAYLOAD));
	is_fresh = false;
	memory = DIRTY;
	is_in_cell[me] = true
}

proctype cpu(byte me)
{
	byte i, ph;
	short answer;
	byte was;
	bool was_first;

idle:
	if
	:: atomic { state == CELL_RUNNING && power[me] == PENDING ->
		    power[me] = ON; enter() }; goto end_inside
	:: atomic { me == 0 && n_active == 0 &&
		    (state == CELL_CLEANING || state == CELL_STARTING) -> skip };
		clean(); goto idle
	:: else ->
end_wait:	ipi[me]; ipi[me] = false; goto idle
	fi;
end_inside:
	do
	:: ipi[me] ->
		assert(!window);
		ipi[me] = false;
		if
		:: state != CELL_RUNNING -> park(); goto idle
		:: else
		fi
	:: !is_quiet -> cpu_on()
	:: !is_quiet -> park(); goto idle
	:: !is_quiet -> end_cell(LIFE_STOP); park(); goto idle
	:: !is_quiet && !KEEP -> end_cell(LIFE_CRASH); park(); goto idle
	:: !is_quiet && KEEP -> end_cell(LIFE_KEEP); park(); goto idle
	:: !is_quiet && PRISTINE -> end_cell(LIFE_RESTART); park(); goto idle
	od
}

/* Cleans what it shares with the cell, once: shared.c. */
proctype peer()
{
end_peer:
	atomic { !uses -> is_cleaned_by_peer = true };
	assert(!is_in_cell[0] && !is_in_cell[1]);
	is_cleaned_by_peer = false
}

/* When nothing moves any more, nothing is left undone. */
proctype monitor()
{
	is_quiet = true;
	timeout;
	assert(state != CELL_CLEANING && state != CELL_STARTING);
	assert(state != CELL_RUNNING || n_active > 0);
	assert(state == CELL_RUNNING || n_active == 0);
	assert(window == (state == CELL_LOADING));
	assert(state != CELL_CLEAN || memory == ZERO);
	assert(state != CELL_LOADED || memory == PAYLOAD);
	assert(state != CELL_OFF || memory == (PRISTINE -> PAYLOAD : ZERO));
	assert(state != CELL_CRASHED || memory == (PRISTINE -> PAYLOAD : ZERO))
}

init
{
	atomic {
		run caller(0);
		run caller(1);
		run cpu(0);
		run cpu(1);
#if PEER
		run peer();
#endif
		run monitor()
	}
}
