package io.discovery.xds;

import com.google.protobuf.Any;
import io.vertx.core.buffer.Buffer;

/** A resource for clients. Immutable; thread-safe. */
sealed interface Resource permits NameDerivedResources, RenderedResource {

    String name();

    /** Version of the content: equal wherever and whenever the content is. */
    String version();

    Any any();

    /** Maximum size in bytes. */
    int size();

    /** The resource as JSON, in protobuf's mapping. */
    Buffer json();
}
