package io.discovery.cli;

import io.discovery.cli.text.Printable;

/**
 * The name of a service as a user gives it. An empty one, of a variable without a value, would stand for all services,
 * and a slash would make another request of it.
 */
record ServiceName(String text) {

    /** @throws IllegalArgumentException if it is empty or has a slash; says what was given and expected */
    ServiceName {
        if (text.isEmpty() || text.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "given '" + Printable.of(text) + "', expected a name that is not empty and has no slash");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
