package io.discovery.cli;

import io.discovery.cli.http.ApiPath;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a user wants to see. Members choose by service and address, and this program by port.
 *
 * @param service null for all
 * @param address null for all
 */
record ChangeFilter(@Nullable ServiceName service, @Nullable HostAddress address) {

    /** Returns the path with the parameters by which members choose. */
    String path(String path) {
        String ofService = ApiPath.with(path, "service", service == null ? null : service.text());
        return ApiPath.with(ofService, "ip", address == null ? null : address.ip());
    }

    boolean isOfPort() {
        return address != null && address.port().isPresent();
    }

    /** Returns whether a change from there is one of those: the port that the host has now, or had before, counts. */
    boolean includes(Change change) {
        return address == null
                || address.includesPort(change.object().text("port"))
                || FieldChange.of(change.object()).stream()
                        .anyMatch(field -> field.name().equals("port")
                                && field.old() != null
                                && address.includesPort(field.old().toString()));
    }
}
