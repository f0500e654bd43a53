package io.discovery.registry;

import io.discovery.model.Version;

/** A client that asked for the change which made a version. */
public record Asked(Version version, Asker asker) {}
