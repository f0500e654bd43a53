package io.discovery;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The package table: what each package may import. What is not listed is forbidden; imports run one way. */
class ArchitectureTest {

    private static final String ROOT = "io.discovery";
    private static final List<String> EVERYWHERE = List.of("org.jspecify..", "org.slf4j..");
    private static final List<String> JDK = List.of("java..");
    private static final List<String> JDK_OF_THE_MODEL = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.util..",
            "java.time..",
            "java.math",
            "java.net");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** The packages that each package may import, beside itself and those that are free everywhere. */
    private static final Map<String, List<String>> TABLE = table();

    private static Map<String, List<String>> table() {
        Map<String, List<String>> table = new LinkedHashMap<>();
        table.put("model", List.of());
        table.put("memory", List.of());
        table.put("config", List.of("model"));
        table.put("directory", List.of("model", "memory"));
        table.put("dns", List.of("model", "directory", "config", "telemetry", "io.vertx.core..", "org.xbill.DNS"));
        table.put(
                "auth",
                List.of(
                        "auth.jwt",
                        "process",
                        "com.fasterxml.jackson..",
                        "org.yaml.snakeyaml",
                        "com.github.benmanes.caffeine.cache",
                        "io.vertx.core",
                        "io.vertx.ext.auth.hashing"));
        table.put("cli", List.of("cli.http", "cli.text", "picocli.."));
        table.put("cli.http", List.of("cli.text", "javax.net.ssl"));
        table.put("cli.text", List.of("com.fasterxml.jackson.core.."));
        table.put("json", List.of("com.fasterxml.jackson.."));
        table.put("registry", List.of("model", "io.vertx.core"));
        table.put("telemetry", List.of("model", "config", "io.vertx.core..", "io.micrometer.."));
        table.put(
                "audit",
                List.of("auth", "model", "config", "json", "process", "telemetry", "com.fasterxml.jackson.databind"));
        table.put(
                "tracing",
                List.of("model", "config", "telemetry", "subscription", "io.vertx.core..", "io.opentelemetry.."));
        table.put("store.hazelcast", List.of("model", "registry", "telemetry", "io.vertx.core", "com.hazelcast.."));
        table.put("backend.file", List.of("model", "process", "registry"));
        table.put("backend.plugin", List.of("registry"));
        table.put(
                "backend.dynamodb",
                List.of("model", "registry", "json", "com.fasterxml.jackson..", "software.amazon.awssdk.."));
        table.put(
                "cluster", List.of("cluster.port", "model", "registry", "config", "io.vertx.core", "com.hazelcast.."));
        table.put("cluster.port", List.of("cluster.tls", "com.hazelcast.."));
        table.put("cluster.tls", List.of("process", "tls", "com.hazelcast..", "javax.net.ssl"));
        table.put(
                "tls",
                List.of(
                        "io.netty.buffer",
                        "io.netty.handler.ssl..",
                        "javax.crypto..",
                        "javax.net.ssl",
                        "javax.security.auth.x500",
                        "model",
                        "process"));
        table.put(
                "auth.jwt",
                List.of(
                        "model",
                        "process",
                        "tls",
                        "com.fasterxml.jackson..",
                        "io.vertx.core.json",
                        "io.vertx.ext.auth.impl.jose",
                        "javax.net.ssl"));
        table.put(
                "connections",
                List.of(
                        "memory",
                        "io.netty.bootstrap",
                        "io.netty.buffer",
                        "io.netty.channel..",
                        "io.netty.util..",
                        "io.vertx.core..",
                        "io.netty.handler.codec.http..",
                        "io.netty.handler.codec.http2..",
                        "io.netty.handler.ssl",
                        "javax.net.ssl",
                        "model",
                        "process",
                        "tls"));
        table.put(
                "process",
                List.of(
                        "json",
                        "memory",
                        "ch.qos.logback..",
                        "com.hazelcast.core",
                        "com.sun.management",
                        "javax.management"));
        table.put("subscription", List.of("model", "directory", "io.vertx.core.."));
        table.put(
                "durability",
                List.of(
                        "model",
                        "registry",
                        "directory",
                        "cluster",
                        "config",
                        "process",
                        "telemetry",
                        "io.micrometer.."));
        table.put(
                "reconciliation",
                List.of("model", "registry", "cluster", "directory", "subscription", "telemetry", "io.micrometer.."));
        table.put(
                "watch",
                List.of(
                        "model",
                        "directory",
                        "subscription",
                        "http",
                        "json",
                        "sse",
                        "telemetry",
                        "io.vertx.core..",
                        "io.netty.buffer"));
        table.put("sse", List.of("http", "io.vertx.core.."));
        table.put(
                "changes",
                List.of(
                        "model",
                        "registry",
                        "directory",
                        "http",
                        "json",
                        "sse",
                        "telemetry",
                        "io.vertx.core..",
                        "com.fasterxml.jackson.databind"));
        table.put("console", List.of("http", "io.vertx.core", "io.vertx.core.http"));
        table.put("prometheus", List.of("model", "directory", "http", "json", "io.vertx.core..", "io.netty.buffer"));
        table.put(
                "http",
                List.of(
                        "audit",
                        "auth",
                        "connections",
                        "memory",
                        "model",
                        "registry",
                        "directory",
                        "config",
                        "json",
                        "telemetry",
                        "io.vertx.core..",
                        "io.vertx.ext.web..",
                        "io.netty.buffer",
                        "io.netty.handler.codec",
                        "io.netty.handler.codec.http.."));
        table.put("report", List.of("model", "cluster", "registry", "directory", "http", "json", "io.vertx.core.."));
        table.put(
                "v1",
                List.of(
                        "audit",
                        "auth",
                        "subscription",
                        "memory",
                        "model",
                        "registry",
                        "directory",
                        "config",
                        "http",
                        "json",
                        "telemetry",
                        "io.vertx.core..",
                        "com.fasterxml.jackson..",
                        "com.github.benmanes.caffeine.cache",
                        "io.netty.buffer",
                        "io.netty.handler.codec.http.."));
        table.put("description", List.of("http", "com.fasterxml.jackson..", "io.vertx.core"));
        table.put(
                "xds",
                List.of(
                        "auth",
                        "connections",
                        "memory",
                        "model",
                        "directory",
                        "subscription",
                        "http",
                        "json",
                        "telemetry",
                        "io.vertx.core..",
                        "io.vertx.grpc..",
                        "com.google.protobuf..",
                        "com.google.rpc",
                        "io.envoyproxy.."));
        return table;
    }

    /** The package that assembles a member: it knows all others. */
    private static final String ASSEMBLY = "member";

    @Test
    void packagesImportWhatTheTableAllows() {
        TABLE.forEach((name, allowed) -> {
            List<String> packages = new ArrayList<>(EVERYWHERE);
            packages.addAll(name.equals("model") ? JDK_OF_THE_MODEL : JDK);
            packages.add(ROOT + "." + name);
            allowed.forEach(
                    each -> packages.add(each.contains(".") && !TABLE.containsKey(each) ? each : ROOT + "." + each));
            classes()
                    .that()
                    .resideInAPackage(ROOT + "." + name)
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(packages.toArray(String[]::new))
                            // Primitives, and arrays of them.
                            .or(resideInAPackage("")))
                    .check(CLASSES);
        });
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> packages = CLASSES.stream()
                .map(javaClass -> javaClass.getPackageName())
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));

        packages.remove(ASSEMBLY);
        assertThat(packages).isEqualTo(new TreeSet<>(TABLE.keySet()));
    }

    @Test
    void importsRunOneWay() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** The model has no thread, no lock and no clock. */
    @Test
    void theModelIsPure() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".model")
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAPackage("java.util.concurrent..")).or(equivalentTo(TimeUnit.class)))
                .check(CLASSES);
    }
}
