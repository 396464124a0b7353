/*
 * spoken_number: figures -> words, the British way ("one hundred and one").
 *
 * All append to `words`; 0, ENOMEM or E2BIG. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_NUMBER_H
#define SY_PROMPTS_SPOKEN_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "prompts/spoken_words.h"

/* Fifteen figures: past "nine hundred and ninety nine trillion" a number is read figure by figure. */
#define SY_FIGURES_MAX 15

/* A number as written: "1,250.75". Points into the text it was read from. */
struct sy_figure {
	const char *written;      /* its first figure */
	size_t n;                 /* bytes in all */
	size_t n_whole;           /* figures before the point, without commas */
	unsigned long long whole; /* 0 when n_whole is past SY_FIGURES_MAX */
	bool grouped;             /* had commas */
	const char *fraction;     /* figures after the point */
	size_t n_fraction;
};

/* Reads the number at the start of `s`; false if there is none. */
bool sy_figure_read(const char *s, struct sy_figure *ret_figure);

int sy_say_cardinal(struct sy_words *words, unsigned long long n);
int sy_say_ordinal(struct sy_words *words, unsigned long long n);
int sy_say_year(struct sy_words *words, unsigned long long year);
/* "twenties", "nineteen nineties" */
int sy_say_decade(struct sy_words *words, unsigned long long n);
int sy_say_figure(struct sy_words *words, const struct sy_figure *figure);

/* Pounds unless `currency` is '$' or SY_SIGN_EURO. */
int sy_say_money(struct sy_words *words, const struct sy_figure *figure, char currency);
const char *sy_money_unit(char currency, bool one);

#endif
