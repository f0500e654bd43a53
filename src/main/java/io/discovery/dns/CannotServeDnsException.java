package io.discovery.dns;

import io.discovery.config.Settings;

/** Failure to listen at HOST and DNS_PORT; the message is for the person who starts the member. */
public final class CannotServeDnsException extends RuntimeException {

    CannotServeDnsException(Settings.Dns dns, String protocol, Throwable cause) {
        super(
                "it cannot listen on HOST " + dns.host() + ", DNS_PORT " + dns.port() + " (" + protocol + "): "
                        + cause.getMessage()
                        + "; HOST must be an address of this machine, and no other process may have the port",
                cause);
    }
}
