/* Shows tls_openssl_context(). */
#define USE_OPENSSL 1

#include "audio/sip/certificate.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int copy_file(const char *path, int to)
{
	char block[4096];
	FILE *from = fopen(path, "re");
	size_t n;
	int err = 0;

	if (!from)
		return errno;
	while (!err && (n = fread(block, 1, sizeof block, from)) > 0)
		if (write(to, block, n) != (ssize_t)n)
			err = EIO;
	(void)fclose(from);
	return err;
}

/* libre reads chain and key from one file. Where they are two it is given both in one, which no disk ever sees. */
static int load_two(const struct sy_sip_prm *prm, struct tls **ret_tls)
{
	char path[32];
	int fd = memfd_create("sayso", MFD_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = copy_file(prm->certificate, fd);
	if (!err)
		err = copy_file(prm->private_key, fd);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (!err)
		err = tls_alloc(ret_tls, TLS_METHOD_SSLV23, path, NULL);
	(void)close(fd);
	return err;
}

/* True where the certificate names the host of an address. */
static bool names(X509 *certificate, const char *address)
{
	char host[256];
	struct pl text;
	struct uri uri;

	if (!address)
		return false;
	pl_set_str(&text, address);
	if (uri_decode(&uri, &text) || pl_strcpy(&uri.host, host, sizeof host))
		return false;
	return X509_check_host(certificate, host, 0, 0, NULL) == 1 || X509_check_ip_asc(certificate, host, 0) == 1;
}

static bool names_one_we_know(X509 *certificate, const struct sy_sip_prm *prm)
{
	for (size_t i = 0; i < prm->trunk_n; i++)
		if (names(certificate, prm->trunk[i].registrar) || names(certificate, prm->trunk[i].proxy))
			return true;
	return names(certificate, prm->transfer_to);
}

/* OpenSSL asks for each certificate of a chain, the root first. */
static int on_certificate(int good, X509_STORE_CTX *store)
{
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct sy_sip_prm *prm;

	if (SSL_is_server(ssl))
		return 1;
	if (!good || X509_STORE_CTX_get_error_depth(store) > 0)
		return good;
	prm = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	if (names_one_we_know(X509_STORE_CTX_get_current_cert(store), prm))
		return 1;
	X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
	return 0;
}

static int set_up(const struct sy_sip_prm *prm, struct sy_problem *why, struct tls *tls)
{
	SSL_CTX *context = tls_openssl_context(tls);
	void *kept = (void *)(uintptr_t)prm; /* read only */

	if (!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION))
		return EPROTO;
	if (!prm->authorities)
		return 0;
	if (tls_add_ca(tls, prm->authorities))
		return sy_problem_set(why, EINVAL, "%s holds no certificates of authorities in PEM", prm->authorities);
	(void)SSL_CTX_set_app_data(context, kept);
	SSL_CTX_set_verify_depth(context, SY_CERTIFICATE_DEPTH);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_certificate);
	return 0;
}

int sy_certificate_load(const struct sy_sip_prm *prm, struct sy_problem *why, struct tls **ret_tls)
{
	struct tls *tls = NULL;
	int err;

	if (!prm->certificate)
		return 0;
	if (prm->private_key)
		err = load_two(prm, &tls);
	else
		err = tls_alloc(&tls, TLS_METHOD_SSLV23, prm->certificate, NULL);
	if (err)
		return sy_problem_set(why, err,
			"TLS does not start with the certificate %s: it needs a PEM chain and its key",
			prm->certificate);
	err = set_up(prm, why, tls);
	if (err)
		mem_deref(tls);
	else
		*ret_tls = tls;
	return err;
}
