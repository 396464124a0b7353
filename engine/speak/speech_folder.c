#include "engine/speak/speech_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audio/frame.h"

/* The last figure is the format's version. Numbers are written as this machine keeps them: a file from one of the other
 * byte order fails its checksum. */
#define MAGIC "SAYSO-2\n"
#define SUFFIX ".say"
#define TEMPORARY ".tmp"
#define STALE_S 3600 /* a temporary file this old has lost its writer */
#define NAME_SIZE 32
#define SAMPLES_MAX (SY_RATE_WIDE * 1800)

struct header {
	char magic[8];
	uint32_t rate;
	uint32_t key_bytes;
	uint64_t samples;
	uint64_t checksum; /* of key and samples */
};

struct sy_speech_folder {
	int fd;
	bool counted;
	unsigned uncounted; /* sounds that may still be put before it is */
	bool writable;
	unsigned long long bytes_max;
	unsigned files_max;
	unsigned long long bytes;
	unsigned files;
	unsigned serial;
};

/* FNV-1a, 64 bits. */
static uint64_t add_hash(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ at[i]) * 0x100000001b3ull;
	return hash;
}

static uint64_t hash_key(const char *key)
{
	return add_hash(0xcbf29ce484222325ull, key, strlen(key));
}

static uint64_t checksum(const char *key, const struct sy_sound *sound)
{
	return add_hash(hash_key(key), sound->pcm, sound->n * sizeof(*sound->pcm));
}

static void file_name(const char *key, char ret_name[NAME_SIZE])
{
	(void)snprintf(ret_name, NAME_SIZE, "%016llx" SUFFIX, (unsigned long long)hash_key(key));
}

struct sy_speech_folder *sy_speech_folder_open(const char *path)
{
	struct sy_speech_folder *folder = calloc(1, sizeof(*folder));

	if (!folder)
		return NULL;
	folder->bytes_max = SY_SPEECH_FOLDER_BYTES;
	folder->files_max = SY_SPEECH_FOLDER_FILES;
	folder->writable = true;
	folder->uncounted = (unsigned)getpid() % SY_SPEECH_FOLDER_UNCOUNTED;
	(void)mkdir(path, 0700); /* where it fails, so does the next line */
	folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		free(folder);
		return NULL;
	}
	return folder;
}

void sy_speech_folder_close(struct sy_speech_folder *folder)
{
	if (!folder)
		return;
	(void)close(folder->fd);
	free(folder);
}

void sy_speech_folder_bound(struct sy_speech_folder *folder, unsigned long long bytes, unsigned files)
{
	folder->bytes_max = bytes;
	folder->files_max = files;
	folder->uncounted = 0;
}

static bool read_exactly(int fd, void *bytes, size_t n)
{
	char *at = bytes;

	while (n) {
		ssize_t got = read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

static bool write_exactly(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

/* Whether a header is ours, for this key, and tells the truth about the file's length. */
static bool is_header(const struct header *header, const char *key, off_t size)
{
	if (memcmp(header->magic, MAGIC, sizeof(header->magic)) != 0 || header->key_bytes != strlen(key))
		return false;
	if ((header->rate != SY_RATE_LINE && header->rate != SY_RATE_WIDE) || header->samples > SAMPLES_MAX)
		return false;
	return (uint64_t)size == sizeof(*header) + header->key_bytes + header->samples * sizeof(int16_t);
}

static bool read_sound(int fd, const char *key, struct sy_sound *sound)
{
	struct header header;
	struct stat status;
	char *kept = NULL;
	bool good = false;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || !read_exactly(fd, &header, sizeof(header)))
		return false;
	if (!is_header(&header, key, status.st_size))
		return false;
	kept = malloc(header.key_bytes + 1u);
	sound->rate = (int)header.rate;
	sound->n = (size_t)header.samples;
	sound->pcm = malloc((sound->n + 1) * sizeof(*sound->pcm));
	if (!kept || !sound->pcm)
		goto out;
	if (!read_exactly(fd, kept, header.key_bytes) || memcmp(kept, key, header.key_bytes) != 0)
		goto out;
	good = read_exactly(fd, sound->pcm, sound->n * sizeof(*sound->pcm)) && checksum(key, sound) == header.checksum;
out:
	free(kept);
	return good;
}

bool sy_speech_folder_get(struct sy_speech_folder *folder, const char *key, struct sy_sound *ret_sound)
{
	struct sy_sound sound = {0};
	char name[NAME_SIZE];
	bool good;
	int fd;

	file_name(key, name);
	fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	good = read_sound(fd, key, &sound);
	if (good)
		(void)futimens(fd, NULL); /* wanted again; a read-only folder keeps its old order */
	(void)close(fd);
	if (good)
		*ret_sound = sound;
	else
		sy_sound_reset(&sound);
	return good;
}

struct kept {
	char name[NAME_SIZE];
	struct timespec used;
	unsigned long long bytes;
};

static int by_use(const void *a, const void *b)
{
	const struct kept *left = a, *right = b;

	if (left->used.tv_sec != right->used.tv_sec)
		return left->used.tv_sec < right->used.tv_sec ? -1 : 1;
	if (left->used.tv_nsec != right->used.tv_nsec)
		return left->used.tv_nsec < right->used.tv_nsec ? -1 : 1;
	return strcmp(left->name, right->name);
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && n < NAME_SIZE && !strcmp(name + n - m, suffix);
}

static bool add_kept(struct kept **list, size_t *n, const char *name, const struct stat *status)
{
	struct kept *grown = *list;

	if ((*n & (*n - 1)) == 0) /* at each power of two */
		grown = realloc(*list, (*n ? *n * 2 : 1) * sizeof(*grown));
	if (!grown)
		return false;
	*list = grown;
	(void)snprintf(grown[*n].name, NAME_SIZE, "%.*s", NAME_SIZE - 1, name);
	grown[*n].used = status->st_mtim;
	grown[*n].bytes = (unsigned long long)status->st_size;
	++*n;
	return true;
}

/* Our files in the folder, and their sum; temporary files whose writer has gone are removed. */
static size_t list_kept(struct sy_speech_folder *folder, struct kept **ret_list)
{
	int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	time_t now = time(NULL);
	size_t n = 0;

	folder->bytes = 0;
	if (!dir && fd >= 0)
		(void)close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		struct stat status;

		if (fstatat(folder->fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) || !S_ISREG(status.st_mode))
			continue;
		if (has_suffix(entry->d_name, TEMPORARY) && status.st_mtime + STALE_S < now)
			(void)unlinkat(folder->fd, entry->d_name, 0);
		if (!has_suffix(entry->d_name, SUFFIX))
			continue;
		if (!add_kept(ret_list, &n, entry->d_name, &status))
			break;
		folder->bytes += (unsigned long long)status.st_size;
	}
	if (dir)
		(void)closedir(dir);
	folder->files = (unsigned)n;
	return n;
}

static bool must_count(struct sy_speech_folder *folder)
{
	if (folder->counted)
		return folder->bytes > folder->bytes_max || folder->files > folder->files_max;
	return folder->uncounted-- == 0;
}

/* Counts the folder, and where it is over its bounds, removes the oldest until a tenth is free. */
static void tidy(struct sy_speech_folder *folder)
{
	struct kept *list = NULL;
	size_t n = list_kept(folder, &list), i = 0;

	folder->counted = true;
	if (n && (folder->bytes > folder->bytes_max || folder->files > folder->files_max)) {
		qsort(list, n, sizeof(*list), by_use);
		while (i < n && (folder->bytes > folder->bytes_max / 10 * 9 ||
					folder->files > folder->files_max - folder->files_max / 10)) {
			(void)unlinkat(folder->fd, list[i].name, 0); /* gone already: as well */
			folder->bytes -= list[i].bytes;
			folder->files--;
			i++;
		}
	}
	free(list);
}

static bool write_sound(int fd, const char *key, const struct sy_sound *sound)
{
	struct header header = {.rate = (uint32_t)sound->rate, .key_bytes = (uint32_t)strlen(key), .samples = sound->n};

	memcpy(header.magic, MAGIC, sizeof(header.magic));
	header.checksum = checksum(key, sound);
	return write_exactly(fd, &header, sizeof(header)) && write_exactly(fd, key, header.key_bytes) &&
	       write_exactly(fd, sound->pcm, sound->n * sizeof(*sound->pcm));
}

void sy_speech_folder_put(struct sy_speech_folder *folder, const char *key, const struct sy_sound *sound)
{
	char name[NAME_SIZE], temporary[2 * NAME_SIZE];
	bool good;
	int fd;

	if (!folder->writable || sound->n > SAMPLES_MAX)
		return;
	file_name(key, name);
	(void)snprintf(temporary, sizeof(temporary), "%ld-%u" TEMPORARY, (long)getpid(), folder->serial++);
	fd = openat(folder->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		folder->writable = errno == EEXIST; /* a name left by a process of the same number: the next will do */
		return;
	}
	good = write_sound(fd, key, sound);
	good = close(fd) == 0 && good;
	if (!good || renameat(folder->fd, temporary, folder->fd, name)) {
		folder->writable = false; /* the disk is full, most likely; no use to try at each prompt */
		(void)unlinkat(folder->fd, temporary, 0);
		return;
	}
	folder->bytes += sizeof(struct header) + strlen(key) + sound->n * sizeof(*sound->pcm);
	folder->files++;
	if (must_count(folder))
		tidy(folder);
}
