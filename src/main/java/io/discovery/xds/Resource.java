package io.discovery.xds;

import com.google.protobuf.Any;
import io.vertx.core.buffer.Buffer;

/** A resource as it is sent. Immutable to its users; safe for all threads. */
sealed interface Resource permits NameDerivedResources, RenderedResource {

    String name();

    /** Of the content: equal wherever and whenever the content is. */
    String version();

    Any any();

    /** In bytes, at most. */
    int size();

    /** As JSON, in protobuf's mapping. */
    Buffer json();
}
