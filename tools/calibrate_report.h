/*
 * calibrate_report: how far what was fitted can be trusted, as a table or as JSON, and drawn as SVG.
 */
#ifndef SY_TOOLS_CALIBRATE_REPORT_H
#define SY_TOOLS_CALIBRATE_REPORT_H

#include "tools/calibrate_parts.h"

/* `plots`: a folder, or NULL. On standard output. */
int sy_calibrate_report(const struct sy_calibration_run *run, const char *plots, bool json);

#endif
