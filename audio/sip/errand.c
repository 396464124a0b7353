#include "audio/sip/errand.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mailbox.h"

struct sy_errands {
	struct sy_mailbox *box;
	int fd;
};

int sy_errands_create(size_t max, struct sy_errands **ret_errands)
{
	struct sy_errands *errands = calloc(1, sizeof *errands);
	int err;

	if (!errands)
		return ENOMEM;
	errands->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	err = errands->fd < 0 ? errno : sy_mailbox_create(max, &errands->box);
	if (err)
		sy_errands_destroy(errands);
	else
		*ret_errands = errands;
	return err;
}

void sy_errands_destroy(struct sy_errands *errands)
{
	if (!errands)
		return;
	sy_mailbox_destroy(errands->box);
	if (errands->fd >= 0)
		(void)close(errands->fd);
	free(errands);
}

int sy_errands_post(struct sy_errands *errands, struct sy_errand *errand)
{
	uint64_t one = 1;
	int err = sy_mailbox_put(errands->box, errand);

	/* Fails only when the count is full, and then the reader is being woken anyway. */
	if (!err)
		(void)!write(errands->fd, &one, sizeof one);
	return err;
}

int sy_errands_fd(const struct sy_errands *errands)
{
	return errands->fd;
}

void sy_errands_run(struct sy_errands *errands)
{
	struct sy_errand *errand;
	uint64_t count;

	(void)!read(errands->fd, &count, sizeof count);
	while ((errand = sy_mailbox_take(errands->box)))
		errand->run(errand->arg);
}
