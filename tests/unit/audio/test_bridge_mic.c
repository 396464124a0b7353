#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../mock/mock_sound_card.h"
#include "audio/bridge_mic.h"
#include "audio/key_input.h"
#include "audio/resampler.h"

#define FRAME 160
#define SILENT 2 /* frames of cushion before our first sample */

static struct sy_bridge *bridge;
static int16_t silence[SY_FRAME_SAMPLES_MAX];
static int16_t out[192000];

static int setup(void **state)
{
	(void)state;
	memset(&mock_card, 0, sizeof(mock_card));
	mock_card.out = out;
	mock_card.n_out_max = sizeof(out) / sizeof(out[0]);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sy_bridge_destroy(bridge);
	bridge = NULL;
	return mock_card.opened == mock_card.closed ? 0 : -1;
}

static void open_bridge(struct sy_bridge_mic_prm prm)
{
	struct sy_problem why = {0};

	prm.card = &mock_sound_card;
	if (sy_bridge_mic_create(&prm, &bridge, &why) != 0)
		fail_msg("%s", why.text);
	assert_true(bridge->impl->real_time);
	assert_int_equal(bridge->rate, prm.rate);
	assert_int_equal(mock_card.started, 1);
}

static void exchange(struct sy_exchange *x)
{
	assert_int_equal(sy_bridge_exchange(bridge, x), 0);
}

static void fill_ramp(int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)(i + 1);
}

static double rms(const int16_t *pcm, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	return sqrt(sum / (double)n);
}

static void both_ways_keep_every_sample(void **state)
{
	(void)state;
	int16_t in[20 * FRAME], ours[20 * FRAME];

	fill_ramp(in, 20 * FRAME);
	fill_ramp(ours, 20 * FRAME);
	mock_card.in = in;
	mock_card.n_in = 20 * FRAME;
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
	for (size_t i = 0; i < 20; i++) {
		struct sy_exchange x = {.ours = ours + i * FRAME, .speaking = true};
		exchange(&x);
		assert_memory_equal(x.caller, in + i * FRAME, FRAME * sizeof(int16_t));
		assert_false(x.gone);
		assert_string_equal(x.keys, "");
	}
	assert_int_equal(mock_card.n_out, 20 * FRAME);
	assert_memory_equal(out, silence, SILENT * FRAME * sizeof(int16_t));
	assert_memory_equal(out + SILENT * FRAME, ours, (20 - SILENT) * FRAME * sizeof(int16_t));
}

static void what_was_heard_before_the_call_is_not_part_of_it(void **state)
{
	(void)state;
	int16_t in[4 * FRAME];
	struct sy_exchange x = {.ours = silence};

	fill_ramp(in, 4 * FRAME);
	mock_card.in = in;
	mock_card.n_in = 4 * FRAME;
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
	for (int i = 0; i < 6; i++)
		mock_sound_card.wait(&mock_card); /* 60 ms pass while the owner makes ready */
	exchange(&x);
	assert_int_equal(x.caller[0], in[3 * FRAME]);
}

/* The owner was busy for 200 ms: it gets all that was said, and our silence does not become a lasting delay. */
static void a_busy_owner_catches_up(void **state)
{
	(void)state;
	int16_t in[40 * FRAME], ours[FRAME];
	struct sy_exchange x = {.ours = silence};

	fill_ramp(in, 40 * FRAME);
	for (size_t i = 0; i < FRAME; i++)
		ours[i] = 1000;
	mock_card.in = in;
	mock_card.n_in = 40 * FRAME;
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
	exchange(&x);
	for (int i = 0; i < 20; i++)
		mock_sound_card.wait(&mock_card);
	for (size_t i = 1; i < 25; i++) {
		exchange(&x);
		assert_int_equal(x.caller[0], in[i * FRAME]);
	}
	size_t before = mock_card.n_out;
	for (int i = 0; i < 12; i++) {
		x.ours = ours;
		x.speaking = true;
		exchange(&x);
	}
	size_t first = before;
	while (first < mock_card.n_out && out[first] != 1000)
		first++;
	assert_true(first - before <= 6 * FRAME);
}

static void a_card_with_its_own_rate_is_converted(void **state)
{
	(void)state;
	const int rates[] = {44100, 48000, 11025, 96000, 192000};

	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
		size_t n = (size_t)rates[r];
		int16_t *in = malloc(n * sizeof(*in)), ours[320], heard[50 * 320];
		assert_non_null(in);
		(void)setup(NULL);
		for (size_t i = 0; i < n; i++)
			in[i] = (int16_t)lrint(10000 * sin(2 * M_PI * 500 * (double)i / rates[r]));
		mock_card.rate = rates[r];
		mock_card.in = in;
		mock_card.n_in = n;
		open_bridge((struct sy_bridge_mic_prm){.rate = 16000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
		for (size_t f = 0; f < 40; f++) {
			struct sy_exchange x = {.ours = ours, .speaking = true};
			for (size_t i = 0; i < 320; i++)
				ours[i] = (int16_t)lrint(10000 * sin(2 * M_PI * 500 * (double)(f * 320 + i) / 16000));
			exchange(&x);
			memcpy(heard + f * 320, x.caller, sizeof(ours));
		}
		assert_true(fabs(rms(heard + 3200, 6400) - 7071) < 60);
		assert_true(mock_card.n_out >= n / 2);
		assert_true(fabs(rms(out + n / 5, n / 4) - 7071) < 60);
		sy_bridge_destroy(bridge);
		bridge = NULL;
		free(in);
	}
}

static void speakers_shut_the_microphone_while_we_sound(void **state)
{
	(void)state;
	int16_t in[60 * FRAME];
	struct sy_exchange x = {.ours = silence, .speaking = true};

	fill_ramp(in, 60 * FRAME);
	mock_card.in = in;
	mock_card.n_in = 60 * FRAME;
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS, .speakers = true});
	for (int i = 0; i < 5; i++) {
		exchange(&x);
		assert_memory_equal(x.caller, silence, FRAME * sizeof(int16_t));
	}
	x.speaking = false;
	int shut = 0;
	for (; shut < 40; shut++) {
		exchange(&x);
		if (x.caller[0] != 0)
			break;
	}
	assert_int_equal(shut, SY_BRIDGE_MIC_ECHO_MS / SY_FRAME_MS - 1);
	assert_int_equal(x.caller[0], in[(5 + (size_t)shut) * FRAME]);
}

static void a_card_pulled_out_ends_the_call(void **state)
{
	(void)state;
	struct sy_exchange x = {.ours = silence};

	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
	exchange(&x);
	assert_false(x.gone);
	atomic_store(&mock_card.pulled_out, true);
	exchange(&x);
	assert_true(x.gone);
	exchange(&x);
	assert_true(x.gone);
}

static void keys_come_two_a_frame_at_most(void **state)
{
	(void)state;
	int fds[2];
	struct sy_exchange x = {.ours = silence};
	char got[20] = "";

	assert_int_equal(pipe(fds), 0);
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = fds[0]});
	exchange(&x);
	assert_string_equal(x.keys, "");
	assert_int_equal(write(fds[1], "1x2\n*#\0A0", 9), 9);
	close(fds[1]);
	for (int i = 0; i < 5; i++) {
		exchange(&x);
		assert_true(strlen(x.keys) <= SY_EXCHANGE_KEYS_MAX);
		strcat(got, x.keys);
		assert_false(x.gone); /* the end of a pipe is not the end of the call */
	}
	assert_string_equal(got, "12*#0");
	sy_bridge_destroy(bridge);
	bridge = NULL;
	close(fds[0]);
}

/* In a session of its own, so that the terminal is the process's own. Its exit status says what was wrong. */
static int type_on_terminal(int master)
{
	char keys[3] = "", typed[8] = "";
	struct sy_key_input *input = NULL;
	bool hung_up = false;

	if (setsid() < 0)
		return 1;
	int fd = open(ptsname(master), O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0 || sy_key_input_create(fd, &input) != 0)
		return 2;
	if (write(master, "7y#\4", 4) != 4)
		return 3;
	for (int i = 0; i < 1000 && !hung_up; i++) {
		hung_up = sy_key_input_read(input, keys, 2);
		strcat(typed, keys);
		usleep(1000);
	}
	sy_key_input_destroy(input);
	if (!hung_up || strcmp(typed, "7#") != 0)
		return 4;
	/* put back: without Enter nothing can be read */
	if (write(master, "5", 1) != 1)
		return 5;
	usleep(20000);
	int waiting = -1;
	return ioctl(fd, FIONREAD, &waiting) == 0 && waiting == 0 ? 0 : 6;
}

static void a_terminal_gives_keys_without_enter(void **state)
{
	(void)state;
	int status = 0;
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
		print_message("no pseudo-terminal here\n");
		skip();
	}
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(type_on_terminal(master));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(master);
}

static void the_cards_own_thread_touches_rings_only(void **state)
{
	(void)state;
	int16_t in[400 * FRAME];
	struct sy_exchange x = {.ours = silence, .speaking = true};

	for (size_t i = 0; i < 400 * FRAME; i++)
		in[i] = (int16_t)(i % 30000 + 1);
	mock_card.in = in;
	mock_card.n_in = 400 * FRAME;
	mock_card.threaded = true;
	open_bridge((struct sy_bridge_mic_prm){.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS});
	int last = 0;
	for (int i = 0; i < 100; i++) {
		exchange(&x);
		assert_false(x.gone);
		for (size_t k = 0; k < FRAME && last > 0 && x.caller[k] > 0; k++) {
			assert_int_equal(x.caller[k], last % 30000 + 1);
			last = x.caller[k];
		}
		last = x.caller[FRAME - 1];
	}
	sy_bridge_destroy(bridge);
	bridge = NULL;
	assert_int_equal(mock_card.stopped, 1);
}

static void refusals_leave_nothing_open(void **state)
{
	(void)state;
	struct sy_bridge *untouched = NULL;
	struct sy_problem why = {0};
	struct sy_bridge_mic_prm prm = {.rate = 8000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS, .card = &mock_sound_card};

	prm.rate = 44100;
	assert_int_equal(sy_bridge_mic_create(&prm, &untouched, &why), EINVAL);
	assert_string_equal(why.text, "44100 Hz is no rate of a call; expected 8000 or 16000");
	prm.rate = 16000;
	mock_card.open_err = ENODEV;
	assert_int_equal(sy_bridge_mic_create(&prm, &untouched, &why), ENODEV);
	mock_card.open_err = 0;
	mock_card.start_err = EIO;
	assert_int_equal(sy_bridge_mic_create(&prm, &untouched, &why), EIO);
	assert_string_equal(
		why.text, "the sound card does not start; check that no other program holds it, and try again");
	mock_card.start_err = 0;
	mock_card.rate = 200000;
	assert_int_equal(sy_bridge_mic_create(&prm, &untouched, &why), EIO);
	mock_card.rate = 7999;
	assert_int_equal(sy_bridge_mic_create(&prm, &untouched, &why), EIO);
	assert_null(untouched);
	assert_int_equal(mock_card.opened, mock_card.closed);
}

/* In a child: ALSA reads its configuration once a process, and what a library prints must show in the result. */
static int in_child(int (*f)(int result_fd), char *ret_line, size_t size)
{
	int fds[2], status = 0;

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		_exit(f(fds[1]));
	}
	close(fds[1]);
	size_t n = 0;
	for (ssize_t got = 1; got > 0 && n + 1 < size; n += (size_t)got)
		got = read(fds[0], ret_line + n, size - 1 - n);
	ret_line[n] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define HAS_A_CARD 77

static int no_card(int fd)
{
	struct sy_bridge *none = NULL;
	struct sy_text list = {0};
	struct sy_problem why = {0};
	const struct sy_bridge_mic_prm prm = {.rate = 16000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS};

	setenv("JACK_DEFAULT_SERVER", "none-of-that-name", 1);
	if (sy_sound_card_portaudio.list(&list, &why) == 0)
		return HAS_A_CARD;
	int err = sy_bridge_mic_create(&prm, &none, &why);
	dprintf(fd, "%s", why.text);
	return err == ENODEV && none == NULL && list.len == 0 ? 0 : 2;
}

static void without_a_sound_card_one_line_says_so(void **state)
{
	(void)state;
	char line[2000];
	int status = in_child(no_card, line, sizeof(line));

	if (status == HAS_A_CARD) {
		print_message("this machine has a sound card\n");
		skip();
	}
	assert_int_equal(status, 0);
	assert_string_equal(
		line, "no sound card found; plug in a headset (or a microphone and loudspeakers) and try again");
}

/* ALSA's own device without hardware: PortAudio's whole way is gone, with nothing printed. */
static int null_card(int fd)
{
	char path[] = "/tmp/sayso_asound_XXXXXX", config[100];
	struct sy_bridge *mic = NULL;
	struct sy_text list = {0};
	struct sy_problem why = {0};
	const struct sy_bridge_mic_prm prm = {.rate = 16000, .keys_fd = SY_BRIDGE_MIC_NO_KEYS};
	struct sy_bridge_mic_prm named = prm;
	int conf = mkstemp(path), err = 0;

	dprintf(conf, "pcm.!default { type null }\n");
	(void)snprintf(config, sizeof(config), "/usr/share/alsa/alsa.conf:%s", path);
	setenv("ALSA_CONFIG_PATH", config, 1);
	setenv("JACK_DEFAULT_SERVER", "none-of-that-name", 1);
	err = sy_sound_card_portaudio.list(&list, &why);
	if (err == 0 && strstr(sy_text_str(&list), "microphone") == NULL)
		err = 3;
	sy_text_reset(&list);
	if (err == 0)
		err = sy_bridge_mic_create(&prm, &mic, &why);
	for (int i = 0; i < 5 && err == 0; i++) {
		struct sy_exchange x = {.ours = silence};
		err = sy_bridge_exchange(mic, &x);
		if (x.gone)
			err = 4;
	}
	sy_bridge_destroy(mic);
	named.input = "no such microphone";
	if (err == 0 && sy_bridge_mic_create(&named, &mic, &why) != ENODEV)
		err = 5;
	unlink(path);
	dprintf(fd, "%s", why.text);
	return err;
}

static void portaudio_goes_its_way_on_a_card_without_hardware(void **state)
{
	(void)state;
	char line[2000];
	int status = in_child(null_card, line, sizeof(line));

	if (strstr(line, "no sound card found") != NULL) {
		print_message("ALSA's configuration is not where it is expected\n");
		skip();
	}
	assert_string_equal(line, "no microphone called \"no such microphone\"; list the devices to see their names");
	assert_int_equal(status, 0);
}

static void resampler_edges(void **state)
{
	(void)state;
	struct sy_resampler *resampler = NULL;
	int16_t in[100], back[102];

	assert_int_equal(sy_resampler_create(3999, 8000, &resampler), EINVAL);
	assert_int_equal(sy_resampler_create(8000, 192001, &resampler), EINVAL);
	assert_null(resampler);
	fill_ramp(in, 100);
	assert_int_equal(sy_resampler_create(8000, 8000, &resampler), 0);
	assert_int_equal(sy_resampler_room(resampler, 100), 102);
	assert_int_equal(sy_resampler_feed(resampler, in, 100, back), 100);
	assert_memory_equal(in, back, sizeof(in));
	sy_resampler_destroy(resampler);
	sy_resampler_destroy(NULL);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(both_ways_keep_every_sample),
		test(what_was_heard_before_the_call_is_not_part_of_it),
		test(a_busy_owner_catches_up),
		test(a_card_with_its_own_rate_is_converted),
		test(speakers_shut_the_microphone_while_we_sound),
		test(a_card_pulled_out_ends_the_call),
		test(keys_come_two_a_frame_at_most),
		test(a_terminal_gives_keys_without_enter),
		test(the_cards_own_thread_touches_rings_only),
		test(refusals_leave_nothing_open),
		test(without_a_sound_card_one_line_says_so),
		test(portaudio_goes_its_way_on_a_card_without_hardware),
		test(resampler_edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
