#include "tools/bench_hear_plot.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LEFT 56
#define TOP 64
#define HEIGHT 280 /* of the plot itself */
#define BAR 26
#define GROUP_GAP 26
#define BOTTOM 64
#define OURS "#1d6f8a"
#define RIVAL "#c9ced3"
#define INK "#22272b"
#define FAINT "#e4e7ea"
#define SIDE 320 /* of the reliability plot */

static FILE *open_plot(const char *folder, const char *name, const char *title, int width, int height)
{
	char path[1024];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file) {
		(void)fprintf(stderr, "sayso-bench-hear: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	(void)fprintf(file,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"12\" fill=\"" INK "\">\n"
		"<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n"
		"<text x=\"%d\" y=\"24\" font-size=\"16\">",
		width, height, width, height, width, height, LEFT);
	for (; *title; title++)
		(void)fputs(*title == '"' ? "&quot;" : (char[]){*title, '\0'}, file);
	(void)fputs("</text>\n", file);
	return file;
}

static void close_plot(FILE *file, const char *name)
{
	const int failed = fputs("</svg>\n", file) < 0;

	if (fclose(file) != 0 || failed)
		(void)fprintf(stderr, "sayso-bench-hear: %s could not be written\n", name);
}

/* `top`: the share at the upper edge. */
static double y_of(double share, double top)
{
	return TOP + HEIGHT * (1 - share / top);
}

/* A round number that all bars and their intervals are below. */
static double top_of(const struct sy_plot_bar *bars, size_t n)
{
	static const double tops[] = {0.05, 0.1, 0.2, 0.5};
	double most = 0;

	for (size_t i = 0; i < n; i++) {
		most = bars[i].ours.n ? fmax(most, sy_stats_wilson(bars[i].ours.k, bars[i].ours.n).high) : most;
		most = bars[i].rival.n ? fmax(most, sy_stats_wilson(bars[i].rival.k, bars[i].rival.n).high) : most;
	}
	for (size_t i = 0; i < sizeof tops / sizeof *tops; i++)
		if (most <= tops[i])
			return tops[i];
	return 1;
}

static void draw_grid(FILE *file, int width, double top)
{
	for (int i = 0; i <= 5; i++) {
		const double y = y_of(top * i / 5, top);
		(void)fprintf(file,
			"<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"" FAINT "\"/>"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g %%</text>\n",
			LEFT, width, y, y, LEFT - 6, y + 4, 20 * i * top);
	}
}

static void draw_legend(FILE *file, bool rival)
{
	(void)fprintf(file,
		"<rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" fill=\"" OURS "\"/><text x=\"%d\" y=\"46\">Sayso"
		"</text>\n",
		LEFT, LEFT + 18);
	if (rival)
		(void)fprintf(file,
			"<rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" fill=\"" RIVAL
			"\"/><text x=\"%d\" y=\"46\">PocketSphinx as installed</text>\n",
			LEFT + 80, LEFT + 98);
	(void)fprintf(file, "<text x=\"%d\" y=\"46\">lines: 95 %%</text>\n", LEFT + (rival ? 264 : 80));
}

struct bar {
	int x;
	double top;
	const char *colour;
};

static void draw_bar(FILE *file, const struct bar *bar, const struct sy_share *share)
{
	const double value = (double)share->k / (double)share->n, middle = bar->x + BAR / 2.0;
	const struct sy_interval range = sy_stats_wilson(share->k, share->n);
	const double y = y_of(value, bar->top), low = y_of(range.low, bar->top), high = y_of(range.high, bar->top);

	(void)fprintf(file,
		"<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"%s\"/>"
		"<path d=\"M%.1f %.1fV%.1fM%.1f %.1fh8M%.1f %.1fh8\" stroke=\"" INK "\" fill=\"none\"/>"
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"10\">%.3g</text>\n",
		bar->x, y, BAR, TOP + HEIGHT - y, bar->colour, middle, high, low, middle - 4, high, middle - 4, low,
		middle, high - 5, 100 * value);
}

void sy_plot_bars(const char *folder, const char *name, const char *title, const struct sy_plot_bar *bars, size_t n)
{
	const int group = 2 * BAR + GROUP_GAP + 24, plot = LEFT + (int)n * group;
	const int width = plot > 420 ? plot : 420;
	const double top = top_of(bars, n);
	bool rival = false;
	FILE *file = open_plot(folder, name, title, width + 16, TOP + HEIGHT + BOTTOM);

	if (!file)
		return;
	for (size_t i = 0; i < n; i++)
		rival = rival || bars[i].rival.n > 0;
	draw_grid(file, width, top);
	draw_legend(file, rival);
	for (size_t i = 0; i < n; i++) {
		const int x = LEFT + 20 + (int)i * group;
		if (bars[i].ours.n)
			draw_bar(file, &(struct bar){x, top, OURS}, &bars[i].ours);
		if (bars[i].rival.n)
			draw_bar(file, &(struct bar){x + BAR + 4, top, RIVAL}, &bars[i].rival);
		(void)fprintf(file,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\">%s</text>"
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">n = %zu</text>\n",
			x + BAR + 2, TOP + HEIGHT + 18, bars[i].name, x + BAR + 2, TOP + HEIGHT + 34, bars[i].ours.n);
	}
	close_plot(file, name);
}

void sy_plot_cohorts(const char *folder, const char *name, const char *title, const struct sy_figure *figure)
{
	struct sy_plot_bar bars[SY_FIGURE_COHORTS_MAX + 1] = {
		{.name = "all", .ours = figure->ours, .rival = figure->rival}};

	for (size_t i = 0; i < figure->n_cohorts; i++) {
		const struct sy_figure_cohort *cohort = &figure->cohorts[i];
		(void)snprintf(bars[i + 1].name, sizeof bars[i + 1].name, "%s", cohort->name);
		bars[i + 1].ours = cohort->ours;
		bars[i + 1].rival = cohort->rival;
	}
	sy_plot_bars(folder, name, title, bars, figure->n_cohorts + 1);
}

static double at_x(double p)
{
	return LEFT + SIDE * p;
}

static double at_y(double p)
{
	return TOP + SIDE * (1 - p);
}

static void draw_square(FILE *file)
{
	for (int i = 0; i <= 5; i++)
		(void)fprintf(file,
			"<path d=\"M%d %.1fh%dM%.1f %dv%d\" stroke=\"" FAINT "\"/>"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>"
			"<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %%</text>\n",
			LEFT, at_y(i / 5.0), SIDE, at_x(i / 5.0), TOP, SIDE, LEFT - 6, at_y(i / 5.0) + 4, 20 * i,
			at_x(i / 5.0), TOP + SIDE + 18, 20 * i);
	(void)fprintf(file,
		"<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"" INK "\" stroke-dasharray=\"4 4\"/>"
		"<text x=\"%d\" y=\"46\">right, by how sure it was said to be; a dot's size is how often</text>\n",
		at_x(0), at_y(0), at_x(1), at_y(1), LEFT);
}

static void draw_bin(FILE *file, const struct sy_stats_bin *bin, size_t n)
{
	const double right = (double)bin->right / (double)bin->n;
	const struct sy_interval range = sy_stats_wilson(bin->right, bin->n);

	(void)fprintf(file,
		"<path d=\"M%.1f %.1fV%.1f\" stroke=\"" OURS "\" stroke-width=\"2\"/>"
		"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"" OURS "\"/>"
		"<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\">%zu</text>\n",
		at_x(bin->p), at_y(range.high), at_y(range.low), at_x(bin->p), at_y(right),
		3 + 9 * sqrt((double)bin->n / (double)n), at_x(bin->p) + 10, at_y(right) + 12, bin->n);
}

void sy_plot_reliability(
	const char *folder, const char *name, const char *title, const struct sy_claim *claims, size_t n)
{
	struct sy_stats_bin bins[SY_STATS_BINS];
	FILE *file = open_plot(folder, name, title, LEFT + SIDE + 80, TOP + SIDE + 40);

	if (!file)
		return;
	sy_stats_bins(claims, n, bins);
	draw_square(file);
	for (size_t i = 0; i < SY_STATS_BINS; i++)
		if (bins[i].n)
			draw_bin(file, &bins[i], n);
	close_plot(file, name);
}
