package io.discovery.backend.dynamodb;

import java.net.URI;
import java.util.Optional;

/**
 * Settings of the table, checked when the backend is opened.
 *
 * @param table DYNAMODB_TABLE_HOSTS
 * @param endpoint DYNAMODB_URL; empty for that of the region
 * @param createTable whether to create the table if it is missing
 * @param capacity of a table that is created; empty: billed by request
 * @param connections maximum number of concurrent requests; at least 1
 */
public record TableSettings(
        String table, Optional<URI> endpoint, boolean createTable, Optional<Capacity> capacity, int connections) {

    public TableSettings {
        if (connections < 1) {
            throw new IllegalArgumentException(connections + " connections");
        }
    }
}
