/* Times of day. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

enum { NOON = 12 * 60, DAY = 24 * 60 };

/*
 * "Half past four" without "in the morning" or "p m" is taken to lie in the working day, seven in the morning to
 * seven in the evening: nobody asks for an engineer at half past four in the night.
 */
enum { WORK_BEGINS = 7 * 60 };

/* Between these people are up and about in the morning and in the evening, so that nobody can tell which is meant. */
enum { EITHER_FROM = 6 * 60, EITHER_TO = 10 * 60 };

/* Minutes: 10 .. 59, or "oh five". */
static int take_minutes(struct sy_value_words *words)
{
	size_t pos = words->pos;
	if (sy_value_take(words, "oh") || sy_value_take(words, "zero")) {
		int digit = sy_value_take_digit(words, false);
		if (digit >= 0)
			return digit;
		words->pos = pos;
		return -1;
	}
	int n = sy_value_take_below_100(words);
	if (n >= 10 && n < 60)
		return n;
	words->pos = pos;
	return -1;
}

static int take_hour(struct sy_value_words *words)
{
	size_t pos = words->pos;
	int n = sy_value_take_below_100(words);
	if (n >= 1 && n <= 12)
		return n;
	words->pos = pos;
	return -1;
}

/* Minutes past midnight of a clock with 24 hours: "sixteen thirty", "oh eight hundred hours". -1 for none. */
static int take_24(struct sy_value_words *words)
{
	size_t pos = words->pos;
	bool zero = sy_value_take(words, "oh") || sy_value_take(words, "zero");
	int hour = zero ? sy_value_take_digit(words, true) : sy_value_take_below_100(words);
	if (hour >= 0 && (zero || hour >= 13) && hour < 24) {
		int minutes = sy_value_take(words, "hundred") ? 0 : take_minutes(words);
		(void)(minutes >= 0 && sy_value_take(words, "hours"));
		if (minutes >= 0)
			return hour * 60 + minutes;
	}
	words->pos = pos;
	return -1;
}

/* "quarter past", "ten minutes to": minutes to add to the hour that follows. False for none. */
static bool take_offset(struct sy_value_words *words, int *ret_minutes)
{
	static const char *const later[] = {"past", "after"}, *const earlier[] = {"to", "of", "till", "before"};
	size_t pos = words->pos;
	int minutes = -1;
	if (sy_value_take(words, "half past") || sy_value_take(words, "half")) {
		*ret_minutes = 30;
		return true;
	}
	if (sy_value_take(words, "a quarter") || sy_value_take(words, "quarter"))
		minutes = 15;
	else
		minutes = sy_value_take_below_100(words);
	(void)(sy_value_take(words, "minutes") || sy_value_take(words, "minute"));
	bool back = false;
	bool fits = minutes > 0 && minutes < 60;
	if (fits)
		fits = sy_value_take_one(words, later, N(later)) >= 0 ||
		       (back = sy_value_take_one(words, earlier, N(earlier)) >= 0);
	if (fits)
		*ret_minutes = back ? -minutes : minutes;
	else
		words->pos = pos;
	return fits;
}

/* Minutes past twelve, 0 .. 719. -1 for none. */
static int take_12(struct sy_value_words *words)
{
	int offset = 0;
	bool offsets = take_offset(words, &offset);
	int hour = take_hour(words);
	if (hour < 0)
		return -1;
	if (!offsets && !sy_value_take(words, "o'clock")) {
		int minutes = take_minutes(words);
		offset = minutes < 0 ? 0 : minutes;
	}
	return (hour * 60 + offset + NOON) % NOON;
}

enum half { UNSAID, MORNING, AFTERNOON, NIGHT };

static enum half take_half(struct sy_value_words *words)
{
	static const struct {
		const char *said;
		enum half half;
	} halves[] = {{"a m", MORNING}, {"am", MORNING}, {"p m", AFTERNOON}, {"pm", AFTERNOON},
		{"in the morning", MORNING}, {"this morning", MORNING}, {"tomorrow morning", MORNING},
		{"in the afternoon", AFTERNOON}, {"this afternoon", AFTERNOON}, {"in the evening", AFTERNOON},
		{"this evening", AFTERNOON}, {"at night", NIGHT}, {"tonight", NIGHT}};
	for (size_t i = 0; i < N(halves); i++)
		if (sy_value_take(words, halves[i].said))
			return halves[i].half;
	return UNSAID;
}

/* Night is from six to six. */
static int resolve(int past_twelve, enum half half)
{
	static const int pm_from[] = {[MORNING] = NOON, [AFTERNOON] = 0, [NIGHT] = 6 * 60};
	if (half == UNSAID)
		return past_twelve < WORK_BEGINS ? past_twelve + NOON : past_twelve;
	return past_twelve >= pm_from[half] ? past_twelve + NOON : past_twelve;
}

/* "Seven" may be either; "four" is not in the night, and "eleven" not in the evening. */
static bool is_either(int past_twelve)
{
	return past_twelve >= EITHER_FROM && past_twelve < EITHER_TO;
}

/* "16:30", as a typed text gives it. */
static int take_written(struct sy_value_words *words)
{
	const char *s = words->at[words->pos];
	int hour = 0, minute = 0, end = 0;
	if (strlen(s) > 5 || !isdigit((unsigned char)s[0]) || sscanf(s, "%2d:%2d%n", &hour, &minute, &end) != 2)
		return -1;
	if (s[end] || hour > 23 || minute > 59 || minute < 0)
		return -1;
	words->pos++;
	return hour * 60 + minute;
}

static int add_time(struct sy_text *value, int minutes)
{
	return sy_text_addf(value, "%02d:%02d", minutes / 60, minutes % 60);
}

static int read_twelve(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	size_t first = words->pos;
	int minutes = take_12(words);
	if (minutes < 0)
		return EINVAL;
	sy_value_mark(reader, SY_PART_HOUR, first, 0, 5);
	size_t word = words->pos;
	enum half half = take_half(words);
	if (half != UNSAID)
		sy_value_mark(reader, SY_PART_HALF, word, 0, 0);
	int resolved = resolve(minutes, half);
	int err = add_time(&reader->text, resolved);
	if (!err && half == UNSAID && is_either(minutes))
		err = add_time(&reader->other, (resolved + NOON) % DAY);
	return err;
}

int sy_value_read_time(struct sy_value_reader *reader)
{
	static const char *const about[] = {"at about", "at around", "at", "about", "around", "by", "for"};
	static const struct {
		const char *said;
		int minutes;
	} names[] = {{"twelve noon", NOON}, {"noon", NOON}, {"midday", NOON}, {"twelve midday", NOON},
		{"twelve midnight", 0}, {"midnight", 0}};
	struct sy_value_words *words = &reader->words;
	(void)sy_value_take_one(words, about, N(about));
	if (sy_value_words_done(words))
		return EINVAL;
	for (size_t i = 0; i < N(names); i++)
		if (sy_value_take(words, names[i].said))
			return add_time(&reader->text, names[i].minutes);
	int minutes = take_written(words);
	if (minutes < 0)
		minutes = take_24(words);
	return minutes >= 0 ? add_time(&reader->text, minutes) : read_twelve(reader);
}

int sy_value_read_half_day(struct sy_value_reader *reader)
{
	static const char *const mornings[] = {"morning", "the morning", "mornings"};
	static const char *const evenings[] = {
		"afternoon", "the afternoon", "evening", "the evening", "night", "the night"};
	struct sy_value_words *words = &reader->words;
	enum half half = take_half(words);
	if (half == UNSAID && sy_value_take_one(words, mornings, N(mornings)) >= 0)
		half = MORNING;
	if (half == UNSAID && sy_value_take_one(words, evenings, N(evenings)) >= 0)
		half = AFTERNOON;
	return half == UNSAID ? EINVAL : sy_text_add(&reader->text, half == MORNING ? "am" : "pm");
}
