package io.discovery.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads. As with the seed the path is decoded first and then split, so that {@code %2F} changes the route; no
 * segment is empty, and dots and anything else in a segment are just text.
 */
sealed interface Route permits HttpEndpoint, Route.Fixed, Route.Service, Route.Host, Route.Weight {

    /** The route's name in metrics. */
    String name();

    /** The methods it takes, in the order in which it tells them. */
    List<String> methods();

    /** A fixed path, with an answer that depends on nothing in it. */
    record Fixed(String name, List<String> methods) implements Route {}

    /** Nothing is there. */
    Route NOWHERE = new Fixed("none", List.of());

    /** A read of a service that may wait, as metrics know it. */
    Route POLL = fixed("poll");

    /** The methods of services and hosts. */
    List<String> REGISTRATION_METHODS = List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

    List<String> WRITE_METHODS = List.of("POST", "OPTIONS");

    record Service(String service) implements Route {
        @Override
        public String name() {
            return "service";
        }

        @Override
        public List<String> methods() {
            return REGISTRATION_METHODS;
        }
    }

    /** A host of a service; with the service "repo" and GET it is the repo of that name. */
    record Host(String service, String instance) implements Route {
        @Override
        public String name() {
            return "host";
        }

        @Override
        public List<String> methods() {
            return REGISTRATION_METHODS;
        }

        boolean isRepo() {
            return service.equals("repo");
        }
    }

    /** @param instance null for all hosts of the service */
    record Weight(String service, @Nullable String instance) implements Route {
        @Override
        public String name() {
            return "weight";
        }

        @Override
        public List<String> methods() {
            return WRITE_METHODS;
        }
    }

    String HEALTHCHECK = "healthcheck";
    String READY = "ready";
    String WRITABLE = "writable";
    String LIVE = "live";
    String METRICS = "metrics";
    String CLUSTER = "cluster";
    String SERVICES = "services";

    String REGISTRATIONS = "registrations";

    /** The paths without a variable part. */
    Map<String, Route> FIXED = Map.of(
            "/healthcheck", fixed(HEALTHCHECK),
            "/health/ready", fixed(READY),
            "/health/writable", fixed(WRITABLE),
            "/health/live", fixed(LIVE),
            "/metrics", fixed(METRICS),
            "/v1/cluster", fixed(CLUSTER),
            "/v1/services", fixed(SERVICES),
            "/v1/registrations", new Fixed(REGISTRATIONS, WRITE_METHODS));

    private static Route fixed(String name) {
        return new Fixed(name, List.of("GET", "HEAD", "OPTIONS"));
    }

    String REGISTRATION = "/v1/registration/";
    String LOADBALANCING = "/v1/loadbalancing/";

    /** Where the path leads. */
    static Route of(String decodedPath) {
        if (decodedPath.startsWith(REGISTRATION)) {
            return below(decodedPath.substring(REGISTRATION.length()), Service::new, Host::new);
        }
        if (decodedPath.startsWith(LOADBALANCING)) {
            return below(
                    decodedPath.substring(LOADBALANCING.length()), service -> new Weight(service, null), Weight::new);
        }
        return FIXED.getOrDefault(decodedPath, NOWHERE);
    }

    /** One segment or two, none of them empty. */
    private static Route below(
            String rest, Function<String, Route> ofService, BiFunction<String, String, Route> ofInstance) {
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return rest.isEmpty() ? NOWHERE : ofService.apply(rest);
        }
        String instance = rest.substring(slash + 1);
        return slash == 0 || instance.isEmpty() || instance.indexOf('/') >= 0
                ? NOWHERE
                : ofInstance.apply(rest.substring(0, slash), instance);
    }

    /** The path of a request target without its query, percent signs decoded; null if it is no UTF-8 text. */
    static @Nullable String decode(String path) {
        if (isPlain(path)) {
            return path;
        }
        ByteBuffer bytes = ByteBuffer.allocate(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int value = c;
            if (c == '%') {
                int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
                int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
                value = high < 0 || low < 0 ? -1 : high << 4 | low;
                i += 2;
            }
            if (value < 0 || value > 0xff) {
                return null;
            }
            bytes.put((byte) value);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }

    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
