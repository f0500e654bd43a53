package io.discovery.http;

/** A failure to listen at an address. The message is for the person who starts the member. */
public final class CannotListenException extends RuntimeException {

    CannotListenException(HttpListener at, Throwable cause) {
        super(
                "it cannot listen on " + at.hostSetting() + " " + at.host() + ", " + at.portSetting() + " " + at.port()
                        + ": " + cause.getMessage() + "; " + at.hostSetting()
                        + " must be an address of this machine, and no other process may have the port",
                cause);
    }
}
