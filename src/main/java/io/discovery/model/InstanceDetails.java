package io.discovery.model;

import java.util.Map;

/**
 * The details that a host sends with each heartbeat (seed, POST /v1/registration).
 *
 * @param port 1 to 65535
 * @param revision the build that the host runs
 * @param repo empty for none
 * @param tags JSON text by key
 */
public record InstanceDetails(int port, String revision, String repo, Map<String, String> tags) {

    public InstanceDetails {
        tags = Map.copyOf(tags);
    }
}
