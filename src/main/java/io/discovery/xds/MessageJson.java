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
 * JSON mapping of protobuf for the messages. In a class of its own because it loads the descriptors of all these
 * messages and of those in them, which takes a tenth of a second: a member without REST clients never loads them.
 */
final class MessageJson {

    /** Every message that an {@code Any} may contain. */
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

    /** Prints a message; takes milliseconds for thousands of endpoints. */
    static String print(Any any) {
        try {
            return PRINTER.print(any);
        } catch (InvalidProtocolBufferException unknownType) {
            throw new IllegalStateException("the type registry lacks " + any.getTypeUrl(), unknownType);
        }
    }

    /** Merges JSON into a message; ignores unknown fields. */
    static void merge(String text, Message.Builder into) throws InvalidProtocolBufferException {
        PARSER.merge(text, into);
    }
}
