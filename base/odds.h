/*
 * odds: how much oftener a word is said where one thing is talked about than where anything is.
 *
 * Pure; thread-safe.
 * Source: naive Bayes, smoothed by the words of all things (Dirichlet prior; Zhai and Lafferty 2004).
 */
#ifndef SY_BASE_ODDS_H
#define SY_BASE_ODDS_H

/* What is said of one thing counts like so many words of all things beside it. */
#define SY_ODDS_SMOOTHING 5.0

/* `said`: how often the word is said of the thing, of `all` words that are; `share`, > 0: of the words of all things.
 */
static inline double sy_odds(double said, double all, double share)
{
	return (said / share + SY_ODDS_SMOOTHING) / (all + SY_ODDS_SMOOTHING);
}

#endif
