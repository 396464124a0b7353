#include "grammars/dictionary.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grammars/pronounce.h"

static const char *const phones[SY_PHONES] = {
	"AA",
	"AE",
	"AH",
	"AO",
	"AW",
	"AY",
	"B",
	"CH",
	"D",
	"DH",
	"EH",
	"ER",
	"EY",
	"F",
	"G",
	"HH",
	"IH",
	"IY",
	"JH",
	"K",
	"L",
	"M",
	"N",
	"NG",
	"OW",
	"OY",
	"P",
	"R",
	"S",
	"SH",
	"T",
	"TH",
	"UH",
	"UW",
	"V",
	"W",
	"Y",
	"Z",
	"ZH",
};

int sy_phone_number(const char *s, size_t n)
{
	for (int i = 0; i < SY_PHONES; i++)
		if (strlen(phones[i]) == n && memcmp(phones[i], s, n) == 0)
			return i;
	return -1;
}

const char *sy_phone_name(int number)
{
	return phones[number];
}

bool sy_is_phone(const char *s, size_t n)
{
	return sy_phone_number(s, n) >= 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A line cut into its word, without a variant's "(2)", and its phones. */
struct line {
	const char *word;
	size_t n_word;
	const char *phones;
	size_t n_phones;
};

static size_t without_variant(const char *word, size_t n)
{
	size_t end = n;
	if (n < 4 || word[n - 1] != ')')
		return n;
	for (end = n - 2; end > 0 && isdigit((unsigned char)word[end]); end--)
		;
	return end > 0 && word[end] == '(' && end < n - 2 ? end : n;
}

static struct line cut(const char *s, const char *end)
{
	while (s < end && is_blank(end[-1]))
		end--;
	while (s < end && is_blank(*s))
		s++;
	struct line line = {.word = s};
	while (s < end && !is_blank(*s))
		s++;
	line.n_word = without_variant(line.word, (size_t)(s - line.word));
	while (s < end && is_blank(*s))
		s++;
	line.phones = s;
	line.n_phones = (size_t)(end - s);
	return line;
}

/* The first word among the phones that is none, or NULL. */
static const char *bad_phone(const struct line *line, size_t *ret_n)
{
	const char *s = line->phones, *end = s + line->n_phones;
	while (s < end) {
		const char *phone = s;
		while (s < end && !is_blank(*s))
			s++;
		*ret_n = (size_t)(s - phone);
		if (!sy_is_phone(phone, *ret_n))
			return phone;
		while (s < end && is_blank(*s))
			s++;
	}
	return NULL;
}

static int check_line(const char *path, const struct line *line, int number, struct sy_problem *why)
{
	size_t n;
	if (!line->n_phones)
		return sy_problem_at(why, EINVAL, path, number, 0,
			"\"%.*s\" has no phones: expected WORD PHONE PHONE …", (int)line->n_word, line->word);
	if (line->n_word > SY_WORD_MAX)
		return sy_problem_at(why, E2BIG, path, number, 0, "a word has at most 64 letters");
	const char *bad = bad_phone(line, &n);
	if (bad)
		return sy_problem_at(why, EINVAL, path, number, 0,
			"\"%.*s\" is no phone: expected those of the CMU dictionary without stress, such as AH", (int)n,
			bad);
	return 0;
}

static long find_wanted(const struct sy_intern *wanted, const struct line *line)
{
	char word[SY_WORD_MAX];
	if (line->n_word > SY_WORD_MAX)
		return -1;
	for (size_t i = 0; i < line->n_word; i++)
		word[i] = (char)tolower((unsigned char)line->word[i]);
	return sy_intern_find(wanted, word, line->n_word);
}

static int scan_line(const struct sy_dictionary_scan *scan, const struct line *line, int number, struct sy_problem *why)
{
	long wanted = find_wanted(scan->wanted, line);
	int err = wanted >= 0 || scan->check_all ? check_line(scan->path, line, number, why) : 0;
	if (err || wanted < 0)
		return err;
	struct sy_dictionary_found found = {(size_t)wanted, line->phones, line->n_phones};
	return scan->found(scan->state, &found);
}

/*
 * Which first three letters begin a wanted word: most lines of a large dictionary need no closer look. A letter is
 * five bits: 0 past the word's end, 27 for all that is none.
 */
enum { BEGINNING_LETTERS = 3, BEGINNINGS = 1 << (5 * BEGINNING_LETTERS) };

static unsigned beginning(const char *s, const char *end)
{
	unsigned code = 0;
	bool over = false;
	for (int i = 0; i < BEGINNING_LETTERS; i++) {
		unsigned letter = 0;
		over = over || s + i >= end || is_blank(s[i]) || s[i] == '(';
		if (!over) {
			letter = ((unsigned char)s[i] | 0x20u) - 'a';
			letter = letter < 26 ? letter + 1 : 27;
		}
		code = code << 5 | letter;
	}
	return code;
}

static void list_beginnings(const struct sy_intern *wanted, unsigned char begins[BEGINNINGS])
{
	memset(begins, 0, BEGINNINGS);
	for (size_t i = 0; i < wanted->n; i++)
		begins[beginning(wanted->at[i], wanted->at[i] + strlen(wanted->at[i]))] = 1;
}

static int scan_text(const struct sy_dictionary_scan *scan, const char *s, size_t n, struct sy_problem *why)
{
	const char *end = s + n;
	unsigned char begins[BEGINNINGS];
	list_beginnings(scan->wanted, begins);
	for (int number = 1; s < end; number++) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;
		struct line line = {0};
		if (scan->check_all || s == stop || is_blank(*s) || begins[beginning(s, stop)])
			line = cut(s, stop);
		bool comment = line.n_word >= 3 && memcmp(line.word, ";;;", 3) == 0;
		if (line.n_word && !comment) {
			int err = scan_line(scan, &line, number, why);
			if (err)
				return err;
		}
		s = newline ? newline + 1 : end;
	}
	return 0;
}

static int fail_open(const char *path, int err, struct sy_problem *why)
{
	return sy_problem_set(why, err, "%s: the dictionary cannot be read: %s", path, strerror(err));
}

int sy_dictionary_scan(const struct sy_dictionary_scan *scan, struct sy_problem *why)
{
	int fd = open(scan->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_open(scan->path, errno, why);
	struct stat found;
	int err = fstat(fd, &found) == 0 ? 0 : errno;
	if (!err && !S_ISREG(found.st_mode))
		err = EINVAL;
	if (err) {
		close(fd);
		return fail_open(scan->path, err, why);
	}
	size_t n = (size_t)found.st_size;
	void *text =
		n && n <= SY_DICTIONARY_BYTES_MAX ? mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : NULL;
	close(fd);
	if (n > SY_DICTIONARY_BYTES_MAX)
		return sy_problem_set(why, E2BIG, "%s: a dictionary is at most 64 MiB long", scan->path);
	if (text == MAP_FAILED)
		return fail_open(scan->path, errno, why);
	if (!text)
		return 0;
	err = scan_text(scan, text, n, why);
	munmap(text, n);
	return err;
}
