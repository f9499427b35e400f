/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * once.h - a field that another CPU changes, or reads, meanwhile: one access, of
 * the whole, and nothing said of what comes before or after. Where an order
 * matters it is __atomic_*. Includes nothing.
 */
#ifndef CORE_ONCE_H
#define CORE_ONCE_H

#define read_once(x) (*(const volatile __typeof__(x) *)&(x))
#define write_once(x, value) ((void)(*(volatile __typeof__(x) *)&(x) = (value)))

#endif
