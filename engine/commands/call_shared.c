#include "engine/commands/call_shared.h"

bool sy_call_options(struct sy_call_asked *asked, int argc, char **argv, const struct sy_call_more *more, int *ret_exit)
{
	int option;

	asked->screen = sy_screen_of(stdout);
	while ((option = sy_next_option(asked->command, argc, argv, more->options, ret_exit)) >= 0) {
		if (option == 'd')
			asked->db = optarg;
		else if (option == 'j')
			asked->json = true;
		else if (option == 'r')
			asked->reply = optarg;
		else if (more->read)
			more->read(more->arg, option);
	}
	return option != SY_OPTION_LEAVE;
}

void sy_call_show(const struct sy_call_asked *asked, const struct sy_event *event)
{
	struct sy_screen screen = asked->screen;

	if (asked->json)
		sy_print_json(sy_event_json(event));
	else
		sy_screen_event(event, &screen);
}

void sy_call_report(const struct sy_call_asked *asked, const struct sy_session_call *call)
{
	if (call->record_why.text[0])
		(void)sy_complain(asked->command, "%s", call->record_why.text);
	if (call->desk_why.text[0])
		(void)sy_complain(asked->command, "%s", call->desk_why.text);
}
