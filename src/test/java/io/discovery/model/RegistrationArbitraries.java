package io.discovery.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Registrations of one host, and changes of it, with versions from a small range, so that many meet. */
abstract class RegistrationArbitraries {

    static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
    static final Lease LEASE = Lease.of(Duration.ofNanos(40_000));

    static Change longLived(Change.Register register) {
        return new Change.Register(
                register.key(),
                register.version(),
                register.port(),
                register.revision(),
                register.repo(),
                register.tags(),
                new Lease(1_000_000));
    }

    static Change.Register register(Version version, Map<String, String> tags) {
        return new Change.Register(KEY, version, 80, "r", "repo", tags, LEASE);
    }

    static Registration applied(Change change, @Nullable Registration stored) {
        return ((Change.Outcome.Applied) change.applyTo(stored)).registration();
    }

    @Provide
    Arbitrary<Long> micros() {
        return Arbitraries.longs().between(1, 100);
    }

    /** Versions as clocks make them: a member never makes one twice, so its content hangs on it. */
    static Arbitrary<Version> versions() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 100), Arbitraries.longs().between(1, 3))
                .as(Version::new);
    }

    static CheckIn checkIn(Version version, long grace) {
        return new CheckIn(version, 1 + (int) (version.micros() % 3), "r" + version.member(), "repo", grace);
    }

    @Provide
    Arbitrary<Registration> registrations() {
        Arbitrary<Map<String, Version>> tags = Arbitraries.maps(Arbitraries.of("az", "region", Weight.TAG), versions())
                .ofMaxSize(3);
        Arbitrary<Long> graces = Arbitraries.of(0L, 0L, 7L, 9L);
        return Combinators.combine(
                        versions().injectNull(0.2), graces, tags, versions().injectNull(0.5), additions())
                .as(RegistrationArbitraries::registration);
    }

    /** One of them with the name of a tag. */
    static Arbitrary<Map<String, Version>> additions() {
        return Arbitraries.maps(Arbitraries.of("az", "health"), versions()).ofMaxSize(2);
    }

    static Registration registration(
            @Nullable Version checkIn,
            long grace,
            Map<String, Version> tags,
            @Nullable Version deregistration,
            Map<String, Version> additions) {
        Version gone = checkIn == null && deregistration == null ? new Version(1, 1) : deregistration;
        return new Registration(
                KEY, checkIn == null ? null : checkIn(checkIn, grace), tags(tags), gone, tags(additions));
    }

    static Tags tags(Map<String, Version> versions) {
        return new Tags(versions.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), Long.toString(tag.getValue().micros()), tag.getValue()))
                .toList());
    }

    @Provide
    Arbitrary<Change> change() {
        return Combinators.combine(versions(), Arbitraries.integers().between(0, 5), Arbitraries.of("az", Weight.TAG))
                .as((version, kind, tag) -> switch (kind) {
                    case 0 -> new Change.Deregister(KEY, version, LEASE);
                    case 1, 2 -> new Change.SetWeight(KEY, version, new Weight((int) version.micros()), LEASE);
                    default -> register(version, Map.of(tag, Long.toString(version.micros())));
                });
    }

    /** Changes with versions of their own, as members make them. */
    @Provide
    Arbitrary<List<Change>> changes() {
        return change().list().ofMaxSize(12).map(list -> {
            Set<Version> made = new HashSet<>();
            Map<Version, Change> distinct = new HashMap<>();
            list.stream().filter(change -> made.add(change.version())).forEach(c -> distinct.put(c.version(), c));
            return List.copyOf(distinct.values());
        });
    }
}
