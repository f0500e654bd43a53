package io.discovery.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads. As with the seed the path is decoded first and then split, so that {@code %2F} changes the route; no
 * segment is empty, and dots and anything else in a segment are just text.
 */
sealed interface Route {

    /** The route's name in metrics. */
    String name();

    /** The methods it takes, in the order in which it tells them. */
    List<String> methods();

    /** A fixed path, with an answer that depends on nothing in it. */
    record Fixed(String name, List<String> methods) implements Route {}

    record Service(String service) implements Route {
        @Override
        public String name() {
            return "service";
        }

        @Override
        public List<String> methods() {
            return List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");
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
            return List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");
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
            return List.of("POST", "OPTIONS");
        }
    }

    String HEALTHCHECK = "healthcheck";
    String READY = "ready";
    String WRITABLE = "writable";
    String LIVE = "live";
    String METRICS = "metrics";
    String CLUSTER = "cluster";
    String SERVICES = "services";

    /** The paths without a variable part, and the names of their routes. */
    Map<String, String> FIXED = Map.of(
            "healthcheck", HEALTHCHECK,
            "health/ready", READY,
            "health/writable", WRITABLE,
            "health/live", LIVE,
            "metrics", METRICS,
            "v1/cluster", CLUSTER,
            "v1/services", SERVICES);

    /** Where the path leads, or nothing if it leads nowhere. */
    static Optional<Route> of(String decodedPath) {
        if (!decodedPath.startsWith("/")) {
            return Optional.empty();
        }
        String[] segments = decodedPath.substring(1).split("/", 6);
        for (String segment : segments) {
            if (segment.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(
                switch (segments.length) {
                    case 1 -> fixed(segments[0]);
                    case 2 -> fixed(segments[0] + "/" + segments[1]);
                    case 3 -> api(segments[0], segments[1], segments[2], null);
                    case 4 -> api(segments[0], segments[1], segments[2], segments[3]);
                    default -> null;
                });
    }

    private static @Nullable Route fixed(String path) {
        String name = FIXED.get(path);
        return name == null ? null : new Fixed(name, List.of("GET", "HEAD", "OPTIONS"));
    }

    private static @Nullable Route api(String version, String kind, String service, @Nullable String instance) {
        if (!version.equals("v1")) {
            return null;
        }
        return switch (kind) {
            case "registration" -> instance == null ? new Service(service) : new Host(service, instance);
            case "loadbalancing" -> new Weight(service, instance);
            default -> null;
        };
    }

    /** The path of a request target without its query, percent signs decoded; empty if it is no UTF-8 text. */
    static Optional<String> decode(String path) {
        if (path.indexOf('%') < 0 && path.chars().allMatch(c -> c < 0x80)) {
            return Optional.of(path);
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
                return Optional.empty();
            }
            bytes.put((byte) value);
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }
}
