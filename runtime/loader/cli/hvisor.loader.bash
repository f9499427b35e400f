# SPDX-License-Identifier: BSD-2-Clause
#
# hvisor.loader.bash - completion for bash: the program itself knows its
# commands and the cells. Where it offers nothing, names of files are completed.

_hvisor_loader() {
	local words=("${COMP_WORDS[@]:1:COMP_CWORD}")

	mapfile -t COMPREPLY < <("$1" --complete "${words[@]}" 2>/dev/null)
}
complete -o default -F _hvisor_loader hvisor.loader
