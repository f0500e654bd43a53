package io.discovery.http;

import io.discovery.config.Settings;

/** A failure to listen on HOST and PORT. The message is for the person who starts the member. */
public final class CannotListenException extends RuntimeException {

    CannotListenException(Settings.Http http, Throwable cause) {
        super(
                "it cannot listen on HOST " + http.host() + ", PORT " + http.port() + ": " + cause.getMessage()
                        + "; HOST must be an address of this machine, and no other process may have the port",
                cause);
    }
}
