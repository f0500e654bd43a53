package io.discovery.watchers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.history.Seen;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;

/**
 * The hosts in what members answer. The workload gives each registration of a host a port of its own, and a revision
 * that names this port, so that clients which are told of ports alone know the registration too.
 */
public final class SeenHosts {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** The weight that xDS and DNS show for a host without one; the workload sets greater ones. */
    private static final int NO_WEIGHT = 1;

    private SeenHosts() {}

    /** Returns the revision of the registration that has this port. */
    public static String revision(int port) {
        return "r" + port;
    }

    /**
     * Returns the hosts of a list in the JSON of version 1.
     *
     * @throws AssertionError if a host shows the revision of one registration and the port of another
     */
    public static Map<String, Seen> ofList(String body) {
        return ofList(json(body));
    }

    static Map<String, Seen> ofList(JsonNode list) {
        Map<String, Seen> hosts = new HashMap<>();
        for (JsonNode host : list.path("hosts")) {
            String revision = host.path("revision").asText();
            if (!revision.equals(revision(host.path("port").asInt()))) {
                throw new AssertionError("the port and the revision are of two registrations: " + host);
            }
            String weight = host.path("tags").path("load_balancing_weight").asText("");
            hosts.put(
                    host.path("ip_address").asText(),
                    new Seen(revision, weight, host.path("last_check_in").asText()));
        }
        return hosts;
    }

    /** Returns the hosts of each service in a list for Prometheus. */
    static Map<String, Map<String, Seen>> ofTargets(String body) {
        Map<String, Map<String, Seen>> services = new HashMap<>();
        for (JsonNode group : json(body)) {
            String target = group.path("targets").path(0).asText();
            int colon = target.lastIndexOf(':');
            services.computeIfAbsent(group.path("labels").path("service").asText(), service -> new HashMap<>())
                    .put(
                            target.substring(0, colon),
                            new Seen(revision(Integer.parseInt(target.substring(colon + 1))), null, null));
        }
        return services;
    }

    static Map<String, Seen> ofEndpoints(ClusterLoadAssignment assignment) {
        Map<String, Seen> hosts = new HashMap<>();
        assignment.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .forEach(endpoint -> {
                    SocketAddress at = endpoint.getEndpoint().getAddress().getSocketAddress();
                    hosts.put(
                            at.getAddress(),
                            seen(
                                    at.getPortValue(),
                                    endpoint.getLoadBalancingWeight().getValue()));
                });
        return hosts;
    }

    /** Returns the endpoints of each service in a response of xDS in JSON. */
    static Map<String, Map<String, Seen>> ofEndpoints(String body) {
        Map<String, Map<String, Seen>> services = new HashMap<>();
        for (JsonNode assignment : json(body).path("resources")) {
            Map<String, Seen> hosts = new HashMap<>();
            for (JsonNode locality : assignment.path("endpoints")) {
                for (JsonNode endpoint : locality.path("lb_endpoints")) {
                    JsonNode at = endpoint.path("endpoint").path("address").path("socket_address");
                    hosts.put(
                            at.path("address").asText(),
                            seen(
                                    at.path("port_value").asInt(),
                                    endpoint.path("load_balancing_weight").asInt()));
                }
            }
            services.put(assignment.path("cluster_name").asText(), hosts);
        }
        return services;
    }

    /** Returns the targets of SRV records; their names begin with the address. */
    static Map<String, Seen> ofRecords(Message answer) {
        Map<String, Seen> hosts = new HashMap<>();
        answer.getSection(Section.ANSWER).forEach(answered -> {
            if (answered instanceof SRVRecord target) {
                String address = target.getTarget().getLabelString(0).replace('-', '.');
                hosts.put(address, seen(target.getPort(), target.getWeight()));
            }
        });
        return hosts;
    }

    private static Seen seen(int port, int weight) {
        return new Seen(revision(port), weight == NO_WEIGHT ? "" : Integer.toString(weight), null);
    }

    /** Returns the hosts in the data of an event; none if the service was removed. */
    static Map<String, Seen> ofEvent(String type, JsonNode data) {
        return type.equals("removed") ? Map.of() : ofList(data);
    }

    static JsonNode json(@Nullable String text) {
        try {
            return JSON.readTree(String.valueOf(text));
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    /** Returns a request of endpoints in JSON. */
    static String request(List<String> services) {
        return JSON.createObjectNode()
                .set("resource_names", JSON.valueToTree(services))
                .toString();
    }
}
