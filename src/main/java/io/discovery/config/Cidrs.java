package io.discovery.config;

import io.discovery.model.IpAddress;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** IP networks, such as 192.168.0.0/16 or fd00::/8. */
public record Cidrs(List<Network> networks, String text) {

    /** A network: the first {@code prefix} bits of an address of {@code bits} bits. */
    record Network(BigInteger address, int bits, int prefix) {
        boolean contains(byte[] candidate) {
            return candidate.length * Byte.SIZE == bits
                    && new BigInteger(1, candidate).shiftRight(bits - prefix).equals(address.shiftRight(bits - prefix));
        }
    }

    public Cidrs {
        networks = List.copyOf(networks);
    }

    /** Parses a comma-separated list; returns empty if any network is invalid. */
    public static Optional<Cidrs> parse(String text) {
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",")) {
            Optional<Network> network = network(part.strip());
            if (network.isEmpty()) {
                return Optional.empty();
            }
            networks.add(network.get());
        }
        return Optional.of(new Cidrs(networks, text));
    }

    private static Optional<Network> network(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return IpAddress.parse(text.substring(0, slash))
                .map(Cidrs::bytes)
                .filter(bytes -> prefix <= bytes.length * Byte.SIZE)
                .map(bytes -> new Network(new BigInteger(1, bytes), bytes.length * Byte.SIZE, prefix));
    }

    public boolean contains(IpAddress address) {
        byte[] bytes = bytes(address);
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }

    private static byte[] bytes(IpAddress address) {
        try {
            return InetAddress.getByName(address.text()).getAddress();
        } catch (UnknownHostException literalsAreNotLookedUp) {
            throw new IllegalStateException(literalsAreNotLookedUp);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
