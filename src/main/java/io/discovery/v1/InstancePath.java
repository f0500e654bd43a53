package io.discovery.v1;

import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.directory.Directory;
import io.discovery.directory.Listing;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last segment of a path, which names instances: an address, or with INSTANCE_KEY=ip_port an address and a port.
 */
final class InstancePath {

    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^]]+)]|([^:]+)):([1-9][0-9]{0,4})");

    private final InstanceKeyMode mode;
    private final Directory directory;

    InstancePath(InstanceKeyMode mode, Directory directory) {
        this.mode = mode;
        this.directory = directory;
    }

    /**
     * Returns the keys that the text names; none if it is not an address. With INSTANCE_KEY=ip_port an address without
     * a port names all of its listed ports.
     */
    List<InstanceKey> keys(ServiceName service, String text) {
        if (mode == InstanceKeyMode.IP) {
            return IpAddress.parse(text).map(address -> InstanceKey.of(service, address)).stream()
                    .toList();
        }
        Matcher withPort = WITH_PORT.matcher(text);
        if (withPort.matches()) {
            String address = withPort.group(1) == null ? withPort.group(2) : withPort.group(1);
            int port = Integer.parseInt(withPort.group(3));
            return IpAddress.parse(address).map(ip -> new InstanceKey(service, ip, port)).stream()
                    .toList();
        }
        return IpAddress.parse(text).stream()
                .flatMap(address -> directory.service(service).listings().stream()
                        .map(listing -> listing.registration().key())
                        .filter(key -> key.address().equals(address)))
                .toList();
    }

    /** Returns the key of a host that registers. */
    InstanceKey key(ServiceName service, RegistrationRequest request) {
        return mode == InstanceKeyMode.IP
                ? InstanceKey.of(service, request.ip())
                : new InstanceKey(service, request.ip(), request.details().port());
    }

    /** Returns the listed instances with one of the keys. */
    List<Listing> listed(ServiceName service, List<InstanceKey> keys) {
        return directory.service(service).listings().stream()
                .filter(listing -> keys.contains(listing.registration().key()))
                .toList();
    }

    /**
     * Returns whether the text is an address that may name several instances, so that the keys depend on what is
     * listed.
     */
    boolean dependsOnListing(String text) {
        return mode == InstanceKeyMode.IP_PORT && IpAddress.parse(text).isPresent();
    }
}
