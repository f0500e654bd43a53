package io.discovery.fuzz;

import io.discovery.auth.jwt.TokenFuzz;
import io.discovery.backend.dynamodb.ItemFuzz;
import io.discovery.backend.file.RowFuzz;
import io.discovery.cluster.port.HandshakeFuzz;
import io.discovery.cluster.port.JavaObjectFuzz;
import io.discovery.cluster.port.PacketFuzz;
import io.discovery.config.SettingsFuzz;
import io.discovery.connections.HeadFuzz;
import io.discovery.dns.DnsFuzz;
import io.discovery.dns.DnsTcpFuzz;
import io.discovery.http.PathFuzz;
import io.discovery.json.JsonFuzz;
import io.discovery.v1.BulkFuzz;
import io.discovery.v1.FormFuzz;
import io.discovery.v1.QueryFuzz;
import io.discovery.xds.RestFuzz;
import io.discovery.xds.StreamFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All targets by their names, and the inputs that runs have found. */
final class FuzzTargets {

    /** The folder of findings: a folder for each target, a file for each input. */
    static final Path FINDINGS = Path.of("src/test/resources/fuzz");

    private static final Map<String, Supplier<FuzzTarget>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("bulk", BulkFuzz::new),
            Map.entry("dns", DnsFuzz::new),
            Map.entry("dns-tcp", DnsTcpFuzz::new),
            Map.entry("forms", FormFuzz::new),
            Map.entry("handshakes", HandshakeFuzz::new),
            Map.entry("heads", HeadFuzz::new),
            Map.entry("items", ItemFuzz::new),
            Map.entry("java-objects", JavaObjectFuzz::new),
            Map.entry("json", JsonFuzz::new),
            Map.entry("packets", PacketFuzz::new),
            Map.entry("paths", PathFuzz::new),
            Map.entry("queries", QueryFuzz::new),
            Map.entry("rows", RowFuzz::new),
            Map.entry("settings", SettingsFuzz::new),
            Map.entry("tokens", TokenFuzz::new),
            Map.entry("xds", StreamFuzz::new),
            Map.entry("xds-rest", RestFuzz::new)));

    private FuzzTargets() {}

    static Collection<String> names() {
        return ALL.keySet();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static FuzzTarget named(String name) {
        Supplier<FuzzTarget> target = ALL.get(name);
        if (target == null) {
            throw new IllegalArgumentException("a target '" + name + "', expected one of " + names());
        }
        return target.get();
    }

    /** Returns the seeds of a target and the inputs that runs have found. */
    static List<byte[]> originals(String name) throws IOException {
        List<byte[]> inputs = new ArrayList<>(named(name).seeds());
        Path findings = FINDINGS.resolve(name);
        if (Files.isDirectory(findings)) {
            try (Stream<Path> files = Files.list(findings)) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        return inputs;
    }
}
