/*
 * progress: one line on a terminal that says how far long work has come; nothing in a pipe.
 */
#ifndef SY_TOOLS_PROGRESS_H
#define SY_TOOLS_PROGRESS_H

#include <stddef.h>

/* of == 0: the end is not known; done == of: the line is finished. */
void sy_tool_progress(const char *what, size_t done, size_t of);

#endif
