/*
 * kb: keeps the knowledge base. This file reads the command line, finds the verb, and does the plain ones.
 */
#include "engine/commands/kb_verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "kb/content_check.h"
#include "kb/import.h"
#include "kb/lint.h"
#include "kb/phrase.h"
#include "kb/working.h"

/* Of a finding's second line on a terminal. */
#define INDENT 4

int sy_kb_open(
	const struct sy_kb_asked *asked, enum sy_store_open how, struct sy_store **ret_store, struct sy_problem *why)
{
	char *demo = NULL;
	int err = asked->db ? 0 : sy_store_demo_path(&demo, why);

	if (!err)
		err = sy_store_open(asked->db ? asked->db : demo, how, ret_store, why);
	free(demo);
	return err;
}

char *sy_kb_text(const struct sy_kb_asked *asked)
{
	struct sy_text text = {0};
	int err = sy_text_add(&text, "");

	for (size_t i = 0; i < asked->n_words && !err; i++)
		err = sy_text_addf(&text, "%s%s", i ? " " : "", asked->words[i]);
	if (err) {
		sy_text_reset(&text);
		return NULL;
	}
	return sy_text_take(&text);
}

void sy_kb_command(const struct sy_kb_asked *asked, char ret_command[SY_KB_COMMAND_MAX])
{
	(void)snprintf(ret_command, SY_KB_COMMAND_MAX, asked->db ? "sayso kb --db %s" : "sayso kb", asked->db);
}

static void keep_fault(void *arg, const struct sy_fault *fault)
{
	(void)sy_problem_set(arg, EINVAL, "--%s", fault->text);
}

/* Into an empty base's working copy; without a store it is only looked at. */
static int set_company(struct sy_store *store, const char *name, struct sy_problem *why)
{
	struct sy_content content = {.company = strdup(name)};
	const struct sy_content_check check = {.content = &content, .found = keep_fault, .arg = why};
	int err = content.company ? 0 : ENOMEM;

	if (!err && (!*name || sy_content_check(&check)))
		err = *name ? EINVAL : sy_problem_set(why, EINVAL, "--company needs a name");
	if (!err && store)
		err = sy_store_begin(store, why);
	if (!err && store) {
		err = sy_working_merge(store, &content, why);
		if (err)
			sy_store_rollback(store);
		else
			err = sy_store_commit(store, why);
	}
	sy_content_reset(&content);
	return err;
}

static bool is_filled(const char *path)
{
	struct stat st;

	return !stat(path, &st) && (st.st_size > 0 || !S_ISREG(st.st_mode));
}

static int init(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_store *store = NULL;
	char *demo = NULL;
	int err = 0;

	(void)ret_exit;
	if (!asked->db) {
		err = sy_store_demo_path(&demo, why);
		if (!err)
			(void)printf(
				"%s: the demonstration base; for a base of your own: sayso kb --db FILE init\n", demo);
		free(demo);
		return err;
	}
	if (is_filled(asked->db))
		return sy_problem_set(why, EEXIST, "%s is there already; nothing was changed", asked->db);
	if (asked->company)
		err = set_company(NULL, asked->company, why);
	if (!err)
		err = sy_store_open(asked->db, SY_STORE_MAKE, &store, why);
	if (!err && asked->company)
		err = set_company(store, asked->company, why);
	if (!err)
		(void)printf("%s: an empty knowledge base; next: sayso kb --db %s import FILE\n", asked->db, asked->db);
	sy_store_close(store);
	return err;
}

/* "imported 1 article, 12 phrases; …" */
static void print_imported(const struct sy_kb_asked *asked, const struct sy_imported *imported)
{
	const struct {
		size_t n;
		const char *one, *many;
	} parts[] = {{imported->presented, "text about the company", "texts about the company"},
		{imported->articles, "article", "articles"}, {imported->phrases, "phrase", "phrases"},
		{imported->lookups, "look-up", "look-ups"}, {imported->tables, "table", "tables"},
		{imported->rows, "row", "rows"}, {imported->words, "pronunciation", "pronunciations"},
		{imported->duplicates, "phrase that was there already", "phrases that were there already"}};
	const char *between = "imported ";
	char command[SY_KB_COMMAND_MAX];

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].n)
			continue;
		(void)printf("%s%zu %s", between, parts[i].n, parts[i].n == 1 ? parts[i].one : parts[i].many);
		between = ", ";
	}
	sy_kb_command(asked, command);
	if (between[0] == ',')
		(void)printf("; calls use what is published: %s publish\n", command);
	else
		(void)puts("nothing to import");
}

static int import(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_strings paths = {asked->words, asked->n_words};
	struct sy_imported imported = {0};
	struct sy_store *store = NULL;
	int err = sy_kb_open(asked, SY_STORE_WRITE, &store, why);

	(void)ret_exit;
	if (!err)
		err = sy_import_files(store, &paths, &imported, why);
	if (!err)
		print_imported(asked, &imported);
	sy_store_close(store);
	return err;
}

/* Into a file beside the target first, so that the target is there whole or as it was. */
static int write_file(const char *path, const char *text, size_t n, struct sy_problem *why)
{
	struct sy_text beside = {0};
	FILE *file = NULL;
	int err = sy_text_addf(&beside, "%s.%ld.tmp", path, (long)getpid());

	if (!err) {
		file = fopen(sy_text_str(&beside), "wx");
		err = file ? 0 : errno;
	}
	if (file && fwrite(text, 1, n, file) != n)
		err = errno;
	if (file && fclose(file) && !err)
		err = errno;
	if (!err && rename(sy_text_str(&beside), path))
		err = errno;
	if (err && file)
		(void)unlink(sy_text_str(&beside));
	sy_text_reset(&beside);
	return err ? sy_problem_set(why, err, "%s cannot be written: %s", path, strerror(err)) : 0;
}

static int export(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_store *store = NULL;
	struct sy_text yaml = {0};
	int err = sy_kb_open(asked, SY_STORE_READ, &store, why);

	(void)ret_exit;
	if (!err)
		err = sy_export(store, &yaml, why);
	if (!err && !strcmp(asked->words[0], "-"))
		(void)fwrite(sy_text_str(&yaml), 1, yaml.len, stdout);
	else if (!err)
		err = write_file(asked->words[0], sy_text_str(&yaml), yaml.len, why);
	sy_text_reset(&yaml);
	sy_store_close(store);
	return err;
}

static void print_finding(void *arg, const struct sy_finding *finding)
{
	char head[SY_NAME_MAX + 32];
	size_t *errors = arg;

	*errors += finding->severity == SY_LINT_ERROR;
	(void)snprintf(head, sizeof head, "%s: %s%s", sy_severity_name(finding->severity),
		finding->article ? finding->article : "", finding->article ? ": " : "");
	sy_print_entry(head, finding->text, INDENT);
}

static void print_finding_json(void *arg, const struct sy_finding *finding)
{
	size_t *errors = arg;

	*errors += finding->severity == SY_LINT_ERROR;
	sy_print_json(json_pack("{s:s, s:s?, s:s?, s:s}", "severity", sy_severity_name(finding->severity), "article",
		finding->article, "field", finding->field, "text", finding->text));
}

static int lint(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	time_t now = time(NULL);
	struct tm today = {0};
	size_t errors = 0;
	struct sy_lint lint = {
		.today = &today, .found = asked->json ? print_finding_json : print_finding, .arg = &errors};
	size_t n = 0;
	int err = sy_kb_open(asked, SY_STORE_READ, &lint.store, why);

	(void)localtime_r(&now, &today);
	if (!err)
		err = sy_lint(&lint, &n, why);
	if (!err && !n && !asked->json)
		(void)puts("nothing to say");
	if (errors)
		*ret_exit = SY_EXIT_UNMET;
	sy_store_close(lint.store);
	return err;
}

static const struct sy_kb_verb verbs[] = {
	{"init", "[--company NAME]", "make an empty base", "c", 0, 0, init},
	{"import", "FILE...", "add articles, look-ups, tables from YAML or CSV", "", 1, SY_IMPORT_FILES_MAX, import},
	{"export", "FILE", "write all of it as YAML (- is standard output)", "", 1, 1, export},
	{"lint", "[--json]", "what is doubtful (exit 0) or wrong (exit 1)", "j", 0, 0, lint},
	{"ask", "[--json] TEXT | --list FILE", "rank the articles for a caller's words", "jl", 0, SIZE_MAX, sy_kb_ask},
	{"say", "TEXT [--out FILE.wav] [--voice V]", "print how a text is spoken, and speak it", "ov", 1, SIZE_MAX,
		sy_kb_say},
	{"publish", "[--note TEXT]", "check, prove the exits, make a new version", "n", 0, 0, sy_kb_publish},
	{"log", "[--json]", "the versions", "j", 0, 0, sy_kb_log},
	{"diff", "[V [W]]", "what changed since version V, or between V and W", "", 0, 2, sy_kb_diff},
	{"rollback", "[V] [--note TEXT]", "publish version V again (without it the one before)", "n", 0, 1,
		sy_kb_rollback},
};
#define N_VERBS (sizeof verbs / sizeof *verbs)

static const struct sy_kb_verb *verb_named(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

/* What each option's letter sets; the letters that were given are collected in `given`. */
static int read_options(struct sy_kb_asked *asked, int argc, char **argv, char *given)
{
	static const struct option options[] = {{"db", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},
		{"list", required_argument, NULL, 'l'}, {"out", required_argument, NULL, 'o'},
		{"voice", required_argument, NULL, 'v'}, {"note", required_argument, NULL, 'n'},
		{"company", required_argument, NULL, 'c'}, {"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	int status = SY_EXIT_GOOD;
	int option;

	while ((option = sy_next_option(asked->command, argc, argv, options, &status)) >= 0) {
		const struct {
			char letter;
			const char **value;
		} values[] = {{'d', &asked->db}, {'l', &asked->list}, {'o', &asked->out}, {'v', &asked->voice},
			{'n', &asked->note}, {'c', &asked->company}};

		for (size_t i = 0; i < sizeof values / sizeof *values; i++)
			if (option == values[i].letter)
				*values[i].value = optarg;
		asked->json = asked->json || option == 'j';
		if (option != 'd' && !strchr(given, option))
			given[strlen(given)] = (char)option;
	}
	return option == SY_OPTION_LEAVE ? 0x100 | status : 0;
}

static const char *option_name(char letter)
{
	static const char *const names[][2] = {{"j", "--json"}, {"l", "--list"}, {"o", "--out"}, {"v", "--voice"},
		{"n", "--note"}, {"c", "--company"}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i][0][0] == letter)
			return names[i][1];
	return "?";
}

static int run_verb(const struct sy_kb_verb *verb, const struct sy_kb_asked *asked, const char *given)
{
	struct sy_problem why = {0};
	int status = SY_EXIT_GOOD;
	int err;

	for (; *given; given++)
		if (!strchr(verb->options, *given))
			return sy_complain(
				asked->command, "%s takes no %s; see sayso kb --help", verb->name, option_name(*given));
	if (asked->n_words < verb->min_words || asked->n_words > verb->max_words)
		return sy_complain(asked->command, "it is: sayso kb [--db FILE] %s %s", verb->name, verb->usage);
	err = verb->run(asked, &status, &why);
	return err ? sy_complain_why(asked->command, err, &why) : status;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	struct sy_kb_asked asked = {.command = command};
	const struct sy_kb_verb *verb;
	char given[16] = "";
	int leave = read_options(&asked, argc, argv, given);

	if (leave)
		return leave & 0xff;
	if (optind == argc)
		return sy_complain(command, "which verb? See sayso kb --help");
	verb = verb_named(argv[optind]);
	if (!verb)
		return sy_complain(command, "there is no verb \"%s\"; see sayso kb --help", argv[optind]);
	asked.words = argv + optind + 1;
	asked.n_words = (size_t)(argc - optind - 1);
	return run_verb(verb, &asked, given);
}

const struct sy_command sy_command_kb = {
	.name = "kb",
	.summary = "keep the knowledge base: import, lint, ask, publish ...",
	.help = "Usage: sayso kb [--db FILE] VERB [ARGUMENT]...\n"
		"Keeps the knowledge base. Without --db it is the demonstration base of this user.\n\n"
		"  init [--company NAME]       make an empty base (with --db); NAME is what callers hear\n"
		"  import FILE...              add articles, look-ups and tables from YAML, or phrases from CSV\n"
		"                              (columns article,phrase and optional others); all or nothing\n"
		"  export FILE                 write the working copy as YAML; - is standard output\n"
		"  lint [--json]               what is doubtful (exit status 0) and what is wrong (1)\n"
		"  ask [--json] TEXT           rank the articles for a caller's words; --list FILE asks for\n"
		"                              each line of a file, and prints text, article, confidence and\n"
		"                              decision (accept, confirm or reject) a line\n"
		"  say TEXT [--out FILE.wav] [--voice slt|rms|awb|kal16]\n"
		"                              print how a text is spoken, and speak it\n"
		"  publish [--note TEXT]       check, prove the exits, and make a new version for calls\n"
		"  log [--json]                the versions\n"
		"  diff [V [W]]                what changed from the newest version, or from V, to the working\n"
		"                              copy, or from V to W\n"
		"  rollback [V] [--note TEXT]  publish version V again; without it the one before the newest\n",
	.run = run,
};
