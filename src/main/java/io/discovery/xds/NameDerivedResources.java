package io.discovery.xds;

import com.google.protobuf.Any;
import io.vertx.core.buffer.Buffer;

/**
 * A resource that depends on a service's name alone. It builds its message on demand and keeps nothing, so a client
 * that asks for thousands of names costs no more than these names until their turn.
 *
 * @param name of the service, and of the resource
 */
record NameDerivedResources(DerivedShape shape, String name) implements Resource {

    @Override
    public String version() {
        return shape.version(name);
    }

    @Override
    public Any any() {
        return shape.any(name);
    }

    @Override
    public int size() {
        return shape.size(name);
    }

    @Override
    public Buffer json() {
        return shape.json(name);
    }
}
