package io.discovery.backend.dynamodb;

import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Codec of the range key for a setting of INSTANCE_KEY: an address, or an address and a port, in canonical spelling.
 */
final class InstanceNames {

    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^]]+)]|([^:]+)):([1-9][0-9]{0,4})");
    private static final int HIGHEST_PORT = 65_535;

    private final boolean withPort;

    /** @param instanceKey {@code ip} or {@code ip_port} */
    InstanceNames(String instanceKey) {
        this.withPort = switch (instanceKey) {
            case "ip" -> false;
            case "ip_port" -> true;
            default -> throw new IllegalArgumentException("INSTANCE_KEY " + instanceKey);
        };
    }

    boolean withPort() {
        return withPort;
    }

    /**
     * Parses a range key.
     *
     * @throws IllegalArgumentException if {@code instance} is not one in this form
     */
    InstanceKey key(ServiceName service, String instance) {
        InstanceKey key = withPort ? withPort(service, instance) : InstanceKey.of(service, new IpAddress(instance));
        if (!key.instance().equals(instance)) {
            throw new IllegalArgumentException("ip_address " + instance + " is not in its canonical form");
        }
        return key;
    }

    private static InstanceKey withPort(ServiceName service, String instance) {
        Matcher parts = WITH_PORT.matcher(instance);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > HIGHEST_PORT) {
            throw new IllegalArgumentException("ip_address " + instance + " has no port (INSTANCE_KEY=ip_port)");
        }
        String address = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new InstanceKey(service, new IpAddress(address), Integer.parseInt(parts.group(3)));
    }
}
