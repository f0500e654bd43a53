package io.discovery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.vertx.core.buffer.Buffer;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A resource rendered from registrations, encoded once for all clients. Equal only to itself. */
final class RenderedResource implements Resource {

    private final String name;
    private final String version;
    private final Any any;
    // Built on demand, and held by the responses on their way; two threads may both build it, with equal results.
    private volatile WeakReference<@Nullable Buffer> json = new WeakReference<>(null);

    RenderedResource(String name, String version, Message message) {
        this.name = name;
        this.version = version;
        this.any = Any.pack(message);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Any any() {
        return any;
    }

    @Override
    public int size() {
        return any.getValue().size();
    }

    /** Returns the resource as JSON; takes milliseconds for thousands of endpoints. */
    @Override
    public Buffer json() {
        Buffer text = json.get();
        if (text == null) {
            text = Buffer.buffer(MessageJson.print(any));
            json = new WeakReference<>(text);
        }
        return text;
    }
}
