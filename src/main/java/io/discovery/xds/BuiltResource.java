package io.discovery.xds;

import com.google.protobuf.Any;

/**
 * A resource with its message, as part of a response. Built when the resource joins the response, and not when the
 * response is whole: thousands of messages at once would block an event loop.
 *
 * @param most maximum size in bytes
 */
record BuiltResource(String name, String version, Any any, int most) {

    static BuiltResource of(Resource resource) {
        return new BuiltResource(resource.name(), resource.version(), resource.any(), resource.size());
    }
}
