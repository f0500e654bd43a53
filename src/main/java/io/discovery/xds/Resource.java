package io.discovery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A resource as it is sent, encoded once for all who get it. Immutable to its users. */
final class Resource {

    private final String name;
    private final String version;
    private final Any any;
    // Made when first asked for; two threads may both do it and get equal ones.
    private volatile @Nullable Buffer json;

    Resource(String name, String version, Message message) {
        this.name = name;
        this.version = version;
        this.any = Any.pack(message);
    }

    String name() {
        return name;
    }

    /** Of the content: equal wherever and whenever the content is. */
    String version() {
        return version;
    }

    Any any() {
        return any;
    }

    /** In bytes. */
    int size() {
        return any.getValue().size();
    }

    /** As JSON, in protobuf's mapping; takes milliseconds for thousands of endpoints. */
    Buffer json() {
        Buffer text = json;
        if (text == null) {
            text = Buffer.buffer(MessageJson.print(any));
            json = text;
        }
        return text;
    }
}
