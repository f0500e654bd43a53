package io.discovery.http;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client that waits for something to happen: it has an open stream, or a read that waits.
 *
 * @param client its address, and its port unless a trusted proxy is in between
 * @param identity the name of its identity; null if it has none
 * @param service the service whose changes it waits for; null for those of all
 * @param kind the first word of the path behind the version, such as {@code watch}
 */
public record WaitingClient(
        String client, @Nullable String identity, @Nullable String service, Instant since, String kind) {}
