/*
 * sayso-audiosocket: a call over AudioSocket without Asterisk, for tests and for trying a service out.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/audiosocket.h"
#include "audio/frame.h"
#include "audio/wav.h"
#include "tools/audiosocket_dial.h"

#define HOST_BYTES 256

static const char usage[] =
	"usage: sayso-audiosocket [OPTION…] HOST:PORT [TURN…]\n"
	"Calls an AudioSocket service as Asterisk would, plays each turn when the answer to the one before has ended,\n"
	"hangs up after the last answer, and prints what happens as one JSON object a line.\n"
	"\n"
	"turns:\n"
	"  FILE              a recording (WAV, FLAC)\n"
	"  key:KEYS          keys, one every 100 ms\n"
	"  wait:S            silence\n"
	"  FILE@S, key:0@S   at S seconds of the call, whatever is being said\n"
	"\n"
	"options:\n"
	"  --record FILE     what the service said, as WAV\n"
	"  --rate HZ         of the sound: 8000 (default), 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000\n"
	"  --packet MS       sound sent at once: 10, 20 (default), 30, 40, 50, 60\n"
	"  --uuid UUID       the call's reference (default: by chance)\n"
	"  --quiet S         so much silence ends an answer (default 0.8)\n"
	"  --patience S      the longest wait for an answer (default 10)\n"
	"  --longest S       the longest call (default 120)\n"
	"  --stay            after the last turn, stay until the service ends the call\n"
	"\n"
	"exit status: 0 all turns were played and answered, 1 the service ended the call before, 2 wrong usage or a "
	"file\n"
	"that cannot be read or written, 3 no answer in time, 4 no connection\n";

struct options {
	const char *service;
	const char *record;
	const char *uuid;
	struct sy_audiosocket_dial_prm dial;
};

/* Seconds as milliseconds; 0 for what is none. */
static unsigned ms_of(const char *text)
{
	char *end = NULL;
	const double s = strtod(text, &end);

	return end != text && *end == '\0' && s > 0 && s <= 86400 ? (unsigned)(s * 1000) : 0;
}

static int read_option(struct options *options, int option, const char *text)
{
	switch (option) {
	case 'o':
		options->record = text;
		return 0;
	case 'u':
		options->uuid = text;
		return 0;
	case 's':
		options->dial.stay = true;
		return 0;
	case 'r':
		options->dial.rate = (int)strtol(text, NULL, 10);
		return sy_audiosocket_kind_of(options->dial.rate) != 0 ? 0 : EINVAL;
	case 'p':
		options->dial.packet_ms = (unsigned)strtoul(text, NULL, 10);
		return options->dial.packet_ms % 10 == 0 && options->dial.packet_ms >= 10 &&
				       options->dial.packet_ms <= 60
			       ? 0
			       : EINVAL;
	case 'q':
		options->dial.quiet_ms = ms_of(text);
		return options->dial.quiet_ms > 0 ? 0 : EINVAL;
	case 'w':
		options->dial.patience_ms = ms_of(text);
		return options->dial.patience_ms > 0 ? 0 : EINVAL;
	case 'l':
		options->dial.longest_ms = ms_of(text);
		return options->dial.longest_ms > 0 ? 0 : EINVAL;
	default:
		return EINVAL;
	}
}

static int connect_to(const char *service, int *ret_fd)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const char *colon = strrchr(service, ':');
	struct addrinfo *found = NULL;
	char host[HOST_BYTES];
	const int yes = 1;

	if (colon == NULL || (size_t)(colon - service) >= sizeof(host))
		return EINVAL;
	(void)snprintf(host, sizeof(host), "%.*s", (int)(colon - service), service);
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		return EHOSTUNREACH;
	const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0 ? errno : 0;
	freeaddrinfo(found);
	if (err != 0) {
		if (fd >= 0)
			(void)close(fd);
		return err;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	*ret_fd = fd;
	return 0;
}

static int make_uuid(const char *text, uint8_t *ret_uuid)
{
	if (text != NULL)
		return sy_audiosocket_uuid_parse(text, ret_uuid);
	if (getrandom(ret_uuid, SY_AUDIOSOCKET_UUID_BYTES, 0) != SY_AUDIOSOCKET_UUID_BYTES)
		return errno;
	/* RFC 9562, section 5.4: version 4, by chance */
	ret_uuid[6] = (uint8_t)((ret_uuid[6] & 0x0f) | 0x40);
	ret_uuid[8] = (uint8_t)((ret_uuid[8] & 0x3f) | 0x80);
	return 0;
}

static int save(const struct options *options, const struct sy_sound *said)
{
	struct sy_problem why = {0};

	if (options->record == NULL)
		return 0;
	int err = said->n > 0 ? sy_wav_write(options->record, said, &why)
			      : sy_problem_set(&why, ENODATA, "%s: nothing was said", options->record);
	if (err != 0)
		(void)fprintf(stderr, "sayso-audiosocket: %s\n", why.text);
	return err;
}

static int hold(struct options *options)
{
	uint8_t uuid[SY_AUDIOSOCKET_UUID_BYTES];
	struct sy_sound said = {.rate = options->dial.rate};

	if (make_uuid(options->uuid, uuid) != 0) {
		(void)fprintf(stderr, "sayso-audiosocket: --uuid: \"%s\" is no UUID\n", options->uuid);
		return SY_AUDIOSOCKET_USAGE;
	}
	int err = connect_to(options->service, &options->dial.fd);
	if (err != 0) {
		(void)fprintf(stderr, "sayso-audiosocket: %s: %s\n", options->service,
			err == EINVAL ? "expected HOST:PORT" : strerror(err));
		return err == EINVAL ? SY_AUDIOSOCKET_USAGE : SY_AUDIOSOCKET_UNCONNECTED;
	}
	options->dial.uuid = uuid;
	options->dial.said = options->record != NULL ? &said : NULL;
	int status = sy_audiosocket_dial(&options->dial);
	(void)close(options->dial.fd);
	if (save(options, &said) != 0 && status == SY_AUDIOSOCKET_PLAYED)
		status = SY_AUDIOSOCKET_USAGE;
	sy_sound_reset(&said);
	return status;
}

static int read_options(struct options *options, int argc, char **argv)
{
	static const struct option names[] = {{"record", required_argument, NULL, 'o'},
		{"rate", required_argument, NULL, 'r'}, {"packet", required_argument, NULL, 'p'},
		{"uuid", required_argument, NULL, 'u'}, {"quiet", required_argument, NULL, 'q'},
		{"patience", required_argument, NULL, 'w'}, {"longest", required_argument, NULL, 'l'},
		{"stay", no_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option, index = 0;

	while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
		if (option == 'h') {
			(void)fputs(usage, stdout);
			return ECANCELED;
		}
		if (option == '?')
			return EINVAL;
		if (read_option(options, option, optarg) != 0) {
			(void)fprintf(stderr, "sayso-audiosocket: --%s: \"%s\" is out of range; see --help\n",
				names[index].name, optarg);
			return EINVAL;
		}
	}
	if (optind == argc) {
		(void)fputs("sayso-audiosocket: expected HOST:PORT; see --help\n", stderr);
		return EINVAL;
	}
	options->service = argv[optind];
	return 0;
}

int main(int argc, char **argv)
{
	struct sy_audiosocket_script *script = calloc(1, sizeof(*script));
	struct options options = {.dial = {.rate = SY_RATE_LINE,
					  .packet_ms = SY_FRAME_MS,
					  .quiet_ms = 800,
					  .patience_ms = 10000,
					  .longest_ms = 120000,
					  .script = script,
					  .events = stdout}};
	struct sy_problem why = {0};

	if (script == NULL)
		return SY_AUDIOSOCKET_USAGE;
	int err = read_options(&options, argc, argv);
	for (int i = optind + 1; err == 0 && i < argc; i++)
		err = sy_audiosocket_script_add(script, argv[i], options.dial.rate, &why);
	if (why.text[0] != '\0')
		(void)fprintf(stderr, "sayso-audiosocket: %s\n", why.text);
	const int status = err == 0 ? hold(&options) : err == ECANCELED ? 0 : SY_AUDIOSOCKET_USAGE;
	sy_audiosocket_script_reset(script);
	free(script);
	return status;
}
