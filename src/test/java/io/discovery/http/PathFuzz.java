package io.discovery.http;

import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.discovery.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;

/**
 * Paths as they stand in a request, a character a byte. A decoded path that is encoded again is decoded to the same,
 * with as many slashes.
 */
public final class PathFuzz implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Stream.of("/v1/registration/payments", "/a%20b%2f%C3%A9/%252F", "/%F0%9F%98%80", "/%ed%a0%80", "%", "%2")
                .map(path -> path.getBytes(ISO_8859_1))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String decoded = RequestPath.decode(new String(input, ISO_8859_1));
        if (decoded != null) {
            String encoded = RequestPath.encode(decoded);
            FuzzTarget.require(
                    encoded.chars().allMatch(c -> c > ' ' && c <= '~' && c != '?' && c != '#'),
                    () -> "encoded: " + encoded);
            requireEqual(String.valueOf(RequestPath.decode(encoded)), decoded, "decoded again");
            requireEqual(slashes(encoded), slashes(decoded), "slashes");
        }
    }

    private static long slashes(String path) {
        return path.chars().filter(c -> c == '/').count();
    }
}
