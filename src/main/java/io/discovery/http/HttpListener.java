package io.discovery.http;

import io.discovery.config.Settings;

/**
 * An address at which a member serves HTTP.
 *
 * @param port 0 for any free one
 * @param isEncrypted whether clients speak TLS here
 * @param hostSetting the setting that names the host, for messages
 * @param portSetting likewise for the port
 */
public record HttpListener(String host, int port, boolean isEncrypted, String hostSetting, String portSetting) {

    /** Returns the address for clients. */
    public static HttpListener forClients(Settings.Http http) {
        return new HttpListener(http.host(), http.port(), http.tls().isPresent(), "HOST", "PORT");
    }

    /** Returns the address at which a member with TLS serves probes of its own machine without TLS. */
    public static HttpListener plain(Settings.HttpTls tls) {
        return new HttpListener(tls.plainHost(), tls.plainPort(), false, "PLAIN_HOST", "PLAIN_PORT");
    }
}
