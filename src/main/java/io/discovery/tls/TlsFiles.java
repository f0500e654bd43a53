package io.discovery.tls;

import java.nio.file.Path;

/**
 * The PEM files of one side of a connection.
 *
 * @param certificate the certificate, and those of the authorities between it and one that others trust
 * @param key the certificate's private key, not encrypted
 * @param authorities certificates of the authorities whose certificates are accepted, and their revocation lists, if any
 */
public record TlsFiles(Path certificate, Path key, Path authorities) {}
