package io.discovery.cli;

import io.discovery.cli.text.Halves;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import java.io.IOException;

/**
 * A line of an import: a host as export writes it.
 *
 * @param number the line's, from 1
 * @param registration what POST /v1/registrations takes
 */
record HostLine(long number, JsonObject registration) {

    private static final String NO_OBJECT = "it is no JSON object, expected a host as export writes it";

    /** @throws IOException if the line is no host */
    static HostLine parse(long number, String line) throws IOException {
        JsonObject host = object(line);
        if (Halves.areIn(host)) {
            throw new IOException("it has half of a character, a surrogate alone");
        }
        for (String name : new String[] {"service", "ip_address", "port", "revision", "tags"}) {
            if (!host.has(name)) {
                throw new IOException("it has no " + name);
            }
        }
        return new HostLine(
                number,
                JsonObject.of(
                        "service", host.text("service"),
                        "ip", host.text("ip_address"),
                        "port", host.fields().get("port"),
                        "revision", host.text("revision"),
                        "service_repo_name", host.text("service_repo_name"),
                        "tags", host.fields().get("tags")));
    }

    /** Parses a line, none of which goes into the message: the file may be another one than meant, with a secret. */
    private static JsonObject object(String line) throws IOException {
        try {
            if (JsonText.parse(line) instanceof JsonObject object) {
                return object;
            }
        } catch (IOException noJson) {
            throw new IOException(NO_OBJECT, noJson);
        }
        throw new IOException(NO_OBJECT);
    }

    String service() {
        return registration.text("service");
    }

    String address() {
        return registration.text("ip");
    }

    String port() {
        return registration.text("port");
    }

    /** Returns the host for a message. */
    String name() {
        return "line " + number + " (" + service() + " " + address() + ")";
    }
}
