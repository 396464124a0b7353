#include "engine/hear/decoder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fsg_model.h>

#include "base/text.h"
#include "grammars/pronounce.h"

/* Wide beams: +2 to +4 points in noise against the defaults, no rejections (measured on coffee orders at 18 and 9 dB).
 */
#define BEAM "1e-80"
#define WORD_BEAM "1e-60"

struct sy_decoder {
	ps_decoder_t *ps;
	float lw;
};

int sy_decoder_create(const char *model_folder, struct sy_decoder **ret_decoder, struct sy_problem *why)
{
	struct sy_decoder *decoder = calloc(1, sizeof *decoder);
	cmd_ln_t *config;

	if (!decoder)
		return ENOMEM;
	err_set_logfp(NULL);
	config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", model_folder, "-beam", BEAM, "-pbeam", BEAM, "-wbeam",
		WORD_BEAM, "-pl_window", "0", "-compallsen", "yes", "-bestpath", "no", "-fwdflat", "no", NULL);
	if (config) {
		decoder->ps = ps_init(config);
		decoder->lw = (float)cmd_ln_float32_r(config, "-lw");
		cmd_ln_free_r(config);
	}
	if (!decoder->ps) {
		sy_decoder_destroy(decoder);
		return sy_problem_set(why, EINVAL,
			"%s: not a model that PocketSphinx can load; install pocketsphinx-en-us, or set SAYSO_MODEL",
			model_folder);
	}
	*ret_decoder = decoder;
	return 0;
}

void sy_decoder_destroy(struct sy_decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->ps)
		ps_free(decoder->ps);
	free(decoder);
}

static int add_word(
	struct sy_decoder *decoder, const char *word, const struct sy_lexicon *lexicon, struct sy_problem *why)
{
	char name[SY_WORD_MAX + 8];
	const char *phones;
	char *known = ps_lookup_word(decoder->ps, word);

	if (known) {
		free(known);
		return 0;
	}
	for (size_t i = 0; (phones = sy_lexicon_phones(lexicon, word, i)); i++) {
		if (i == 0)
			snprintf(name, sizeof name, "%s", word);
		else
			snprintf(name, sizeof name, "%s(%zu)", word, i + 1);
		if (ps_add_word(decoder->ps, name, phones, FALSE) < 0)
			return sy_problem_set(
				why, EINVAL, "\"%s\" has a phone that the acoustic model has not: %s", word, phones);
	}
	if (!sy_lexicon_phones(lexicon, word, 0))
		return sy_problem_set(why, EINVAL, "\"%s\" has no pronunciation; add it to grammars/*.dict", word);
	return 0;
}

static void add_arc(fsg_model_t *fsg, const struct sy_graph_arc *arc, logmath_t *lmath, glist_t *nulls)
{
	int32 logp = (int32)(logmath_log(lmath, arc->p > 0 && arc->p <= 1 ? arc->p : 1) * fsg_model_lw(fsg));

	if (arc->word)
		fsg_model_trans_add(fsg, arc->from, arc->to, logp, fsg_model_word_add(fsg, arc->word));
	else if (arc->from != arc->to && fsg_model_null_trans_add(fsg, arc->from, arc->to, logp) == 1)
		*nulls = glist_add_ptr(*nulls, fsg_model_null_trans(fsg, arc->from, arc->to));
}

int sy_decoder_load(struct sy_decoder *decoder, const char *name, const struct sy_graph *acceptor,
	const struct sy_lexicon *lexicon, struct sy_problem *why)
{
	logmath_t *lmath = ps_get_logmath(decoder->ps);
	glist_t nulls = NULL;
	fsg_model_t *fsg;
	int failed;

	for (size_t i = 0; i < sy_graph_n_words(acceptor); i++) {
		int err = add_word(decoder, sy_graph_word(acceptor, i), lexicon, why);
		if (err)
			return err;
	}
	fsg = fsg_model_init(name, lmath, decoder->lw, (int32)sy_graph_n_states(acceptor));
	if (!fsg)
		return ENOMEM;
	fsg->start_state = sy_graph_start(acceptor);
	fsg->final_state = sy_graph_final(acceptor);
	for (size_t i = 0; i < sy_graph_n_arcs(acceptor); i++)
		add_arc(fsg, sy_graph_arc(acceptor, i), lmath, &nulls);
	nulls = fsg_model_null_trans_closure(fsg, nulls);
	glist_free(nulls);
	sy_decoder_unload(decoder, name);
	failed = ps_set_fsg(decoder->ps, name, fsg);
	fsg_model_free(fsg);
	return failed ? sy_problem_set(why, EINVAL, "the grammar \"%s\" cannot be searched", name) : 0;
}

void sy_decoder_unload(struct sy_decoder *decoder, const char *name)
{
	(void)ps_unset_search(decoder->ps, name);
}

static int filler(const char *word)
{
	if (!word || strcmp(word, "(NULL)") == 0)
		return -1;
	if (word[0] == '<')
		return 1;
	return word[0] == '[' || word[0] == '+' ? 2 : 0;
}

static void fill_word(struct sy_path *path, struct sy_heard_word *heard, const char *word, char **names)
{
	size_t n = strcspn(word, "(");

	heard->word = memcpy(*names, word, n);
	(*names)[n] = '\0';
	*names += n + 1;
	path->n_words++;
}

/* Two walks: one to measure, one to copy, for a segment's words live only as long as its iterator. */
static int copy_path(struct sy_decoder *decoder, struct sy_path *path)
{
	size_t n = 0, bytes = 0;
	char *names;
	ps_seg_t *seg;

	for (seg = ps_seg_iter(decoder->ps); seg; seg = ps_seg_next(seg)) {
		const char *word = ps_seg_word(seg);
		n++;
		bytes += word ? strlen(word) + 1 : 1;
	}
	path->at = calloc(n ? n : 1, sizeof *path->at);
	path->names = names = malloc(bytes ? bytes : 1);
	if (!path->at || !path->names)
		return ENOMEM;
	for (seg = ps_seg_iter(decoder->ps); seg; seg = ps_seg_next(seg)) {
		struct sy_heard_word *heard = &path->at[path->n];
		const char *word = ps_seg_word(seg);
		int32 acoustic = 0, begin = 0, end = 0, kind = filler(word);
		if (kind < 0)
			continue;
		ps_seg_frames(seg, &begin, &end);
		(void)ps_seg_prob(seg, &acoustic, NULL, NULL);
		*heard = (struct sy_heard_word){.begin = begin, .end = end + 1, .cost = -acoustic, .silence = kind};
		if (kind == 0)
			fill_word(path, heard, word, &names);
		path->n++;
	}
	return 0;
}

int sy_decoder_run(struct sy_decoder *decoder, const char *name, struct sy_senones *senones, struct sy_path *ret_path,
	struct sy_problem *why)
{
	struct sy_path path = {0};
	FILE *stream;
	int32 score = 0;
	int err;

	if (ps_set_search(decoder->ps, name) != 0)
		return sy_problem_set(why, ENOENT, "no grammar \"%s\" has been loaded", name);
	if (sy_senones_frames(senones) == 0) {
		*ret_path = path;
		return 0;
	}
	err = sy_senones_stream(senones, &stream);
	if (err)
		return err;
	(void)ps_decode_senscr(decoder->ps, stream);
	fclose(stream);
	if (ps_get_hyp(decoder->ps, &score))
		err = copy_path(decoder, &path);
	if (err) {
		sy_path_reset(&path);
		return err;
	}
	path.cost = -score;
	*ret_path = path;
	return 0;
}

void sy_path_reset(struct sy_path *path)
{
	free(path->at);
	free(path->names);
	*path = (struct sy_path){0};
}

int sy_path_text(const struct sy_path *path, char **ret_text)
{
	struct sy_text text = {0};

	for (size_t i = 0; i < path->n; i++)
		if (path->at[i].word && sy_text_addf(&text, "%s%s", text.len ? " " : "", path->at[i].word) != 0) {
			sy_text_reset(&text);
			return ENOMEM;
		}
	*ret_text = text.len ? sy_text_take(&text) : strdup("");
	return *ret_text ? 0 : ENOMEM;
}
