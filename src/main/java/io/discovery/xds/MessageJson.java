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

/**
 * Messages as JSON, in protobuf's mapping. By itself, because it needs the descriptions of all these messages and of those in
 * them, which take a tenth of a second: a member that nobody asks by REST never loads them.
 */
final class MessageJson {

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
    private static final JsonFormat.Parser PARSER =
            JsonFormat.parser().ignoringUnknownFields().usingTypeRegistry(MESSAGES);

    private MessageJson() {}

    /** Takes milliseconds for thousands of endpoints. */
    static String print(Any any) {
        try {
            return PRINTER.print(any);
        } catch (InvalidProtocolBufferException unknownType) {
            throw new IllegalStateException("a message that the registry of types lacks", unknownType);
        }
    }

    /** Adds to the message what the text says; fields that it does not have are passed over. */
    static void merge(String text, Message.Builder into) throws InvalidProtocolBufferException {
        PARSER.merge(text, into);
    }
}
