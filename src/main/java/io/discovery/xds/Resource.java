package io.discovery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import org.jspecify.annotations.Nullable;

/** A resource as it is sent, encoded once for all who get it. Immutable to its users. */
final class Resource {

    /** Every message that stands in another by its name. */
    static final JsonFormat.TypeRegistry MESSAGES = JsonFormat.TypeRegistry.newBuilder()
            .add(ClusterLoadAssignment.getDescriptor())
            .add(Cluster.getDescriptor())
            .add(Listener.getDescriptor())
            .add(RouteConfiguration.getDescriptor())
            .add(HttpConnectionManager.getDescriptor())
            .add(Router.getDescriptor())
            .build();

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .usingTypeRegistry(MESSAGES)
            .preservingProtoFieldNames()
            .omittingInsignificantWhitespace();

    private final String name;
    private final String version;
    private final Any any;
    // Made when first asked for; two threads may both do it and get equal texts.
    private @Nullable String json;

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
    String json() {
        String text = json;
        if (text == null) {
            text = print(any);
            json = text;
        }
        return text;
    }

    private static String print(Any any) {
        try {
            return PRINTER.print(any);
        } catch (InvalidProtocolBufferException unknownType) {
            throw new IllegalStateException("a message that the registry of types lacks", unknownType);
        }
    }
}
