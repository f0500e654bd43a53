package io.discovery.config;

import io.discovery.model.AddressBits;
import io.discovery.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** IP networks, such as 192.168.0.0/16 or fd00::/8. */
public record Cidrs(List<Network> networks, String text) {

    /** No network. */
    public static final Cidrs NONE = new Cidrs(List.of(), "");

    /** A network: the first {@code prefix} bits of an address. */
    record Network(AddressBits address, int prefix) {}

    public Cidrs {
        networks = List.copyOf(networks);
    }

    /** Parses a comma-separated list; returns empty if any network is invalid, or if there is none. */
    public static Optional<Cidrs> parse(String text) {
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",")) {
            Optional<Network> network = network(part.strip());
            if (network.isEmpty()) {
                return Optional.empty();
            }
            networks.add(network.get());
        }
        return networks.isEmpty() ? Optional.empty() : Optional.of(new Cidrs(networks, text));
    }

    private static Optional<Network> network(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return IpAddress.parse(text.substring(0, slash))
                .map(AddressBits::of)
                .filter(address -> prefix <= address.length())
                .map(address -> new Network(address, prefix));
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    public boolean contains(IpAddress address) {
        return contains(AddressBits.of(address));
    }

    /** Returns whether the address is in one of the networks; cheap enough for each datagram. */
    public boolean contains(AddressBits address) {
        for (Network network : networks) {
            if (address.sharesPrefix(network.address(), network.prefix())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return text;
    }
}
