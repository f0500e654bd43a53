package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import io.discovery.registry.StoredCopy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two real members, of which one sends of everything a field more, or some fields less, than the other expects. */
class DifferentVersionsTest {

    private static final int HOSTS = 40;
    /** The fields that an earlier version could have lacked. */
    private static final Set<String> LESS = Set.of(
            "grace",
            "overtime",
            "limit",
            "knownSince",
            "deregistrationMicros",
            "deregistrationMember",
            "additionKeys",
            "additionValues",
            "additionMicros",
            "additionMembers");

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);

    @Test
    void aMemberUnderstandsOneThatSendsAFieldMore() {
        List<CompactSerializer<?>> more = changed(WithMore::new);
        understandEachOther(List.of(RegistrationMap.serializers(), more));
        understandEachOther(List.of(more, RegistrationMap.serializers()));
    }

    @Test
    void aMemberUnderstandsOneThatSendsSomeFieldsLess() {
        List<CompactSerializer<?>> less = changed(WithLess::new);
        understandEachOther(List.of(RegistrationMap.serializers(), less));
        understandEachOther(List.of(less, RegistrationMap.serializers()));
    }

    /** Which has no idea what it is: neither the one that takes the change nor the owner of the key, nor a backup. */
    @Test
    void whatALaterVersionAddedSurvivesTheChangesOfMembersThatDoNotKnowIt() {
        try (HazelcastMembers members = HazelcastMembers.start(2)) {
            HazelcastStore later = new HazelcastStore(members.first(), clock, LEASE);
            HazelcastStore earlier = new HazelcastStore(members.second(), clock, LEASE);
            Map<InstanceKey, Tags> added = new HashMap<>();
            for (int n = 0; n < HOSTS; n++) {
                InstanceKey key = key("versions", n);
                added.put(key, new Tags(List.of(new Tag("health", "\"up\"", clock.next()))));
                Registration plain = Fixtures.registered(key, clock.next());
                later.offer(List.of(plain));
                later.offer(List.of(new Registration(
                        key, plain.checkIn(), plain.tags(), null, Objects.requireNonNull(added.get(key)))));
                change(earlier, n);
                earlier.offer(List.of(Fixtures.registered(key, clock.next())));
            }

            for (HazelcastStore store : List.of(later, earlier)) {
                assertThat(all(store)).hasSize(HOSTS).allSatisfy(registration -> {
                    assertThat(registration.additions()).isEqualTo(added.get(registration.key()));
                    assertThat(registration.tags().find(Weight.TAG)).isPresent();
                });
            }
        }
    }

    private void understandEachOther(List<List<CompactSerializer<?>>> serializers) {
        try (HazelcastMembers members = HazelcastMembers.start(serializers)) {
            List<HazelcastStore> stores = members.all().stream()
                    .map(member -> new HazelcastStore(member, clock, LEASE))
                    .toList();
            for (int n = 0; n < HOSTS; n++) {
                change(stores.get(n % 2), n);
            }
            List<Registration> first = all(stores.get(0));
            assertThat(first).hasSize(HOSTS);
            assertThat(all(stores.get(1))).isEqualTo(first);
            Comparison now = Comparison.at(LEASE, clock.nowMicros());
            assertThat(stores.get(1).digests(now)).isEqualTo(stores.get(0).digests(now));
            assertThat(stores.get(1).offer(first)).isZero();
            copiesAreKnown(members);
        }
    }

    private void change(HazelcastStore store, int n) {
        apply(
                store,
                new Change.Register(key("versions", n), clock.next(), 80, "r", "a repo", Map.of("az", "\"a\""), LEASE));
        apply(store, new Change.SetWeight(key("versions", n), clock.next(), new Weight(7), LEASE));
    }

    private static void apply(HazelcastStore store, Change change) {
        Outcome outcome =
                store.apply(change).toCompletionStage().toCompletableFuture().join();
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    }

    private static List<Registration> all(HazelcastStore store) {
        BitSet buckets = new BitSet();
        buckets.set(0, Buckets.COUNT);
        return store.read(buckets).stream()
                .sorted(Comparator.comparing(registration -> registration.key().toString()))
                .toList();
    }

    private void copiesAreKnown(HazelcastMembers members) {
        HazelcastStoredCopies copies = new HazelcastStoredCopies(members.first());
        copies.follow();
        StoredCopy copy = new StoredCopy(1, 2, clock.next(), 0, true);
        for (int n = 0; n < HOSTS; n++) {
            copies.put(Map.of(key("copies", n), copy));
        }
        HazelcastStoredCopies elsewhere = new HazelcastStoredCopies(members.second());
        elsewhere.follow();
        for (int n = 0; n < HOSTS; n++) {
            assertThat(elsewhere.find(key("copies", n))).isEqualTo(copy);
        }
    }

    private static List<CompactSerializer<?>> changed(Version version) {
        return RegistrationMap.serializers().stream()
                .<CompactSerializer<?>>map(version::of)
                .toList();
    }

    private interface Version {
        CompactSerializer<?> of(CompactSerializer<?> known);
    }

    /** A serializer of another version: it writes other fields, and reads those that this version knows. */
    private interface OtherVersion<T> extends CompactSerializer<T> {

        CompactSerializer<T> known();

        @Override
        default T read(CompactReader reader) {
            return known().read(reader);
        }

        @Override
        default Class<T> getCompactClass() {
            return known().getCompactClass();
        }

        @Override
        default String getTypeName() {
            return known().getTypeName();
        }
    }

    private record WithMore<T>(CompactSerializer<T> known) implements OtherVersion<T> {

        @Override
        public void write(CompactWriter writer, T object) {
            known.write(writer, object);
            writer.writeString("later", "of a version to come");
            writer.writeArrayOfInt64("moreLater", new long[] {1, 2});
        }
    }

    private record WithLess<T>(CompactSerializer<T> known) implements OtherVersion<T> {

        @Override
        public void write(CompactWriter writer, T object) {
            known.write(without(writer), object);
        }

        private static CompactWriter without(CompactWriter writer) {
            return (CompactWriter) Proxy.newProxyInstance(
                    DifferentVersionsTest.class.getClassLoader(),
                    new Class<?>[] {CompactWriter.class},
                    (self, method, arguments) -> {
                        if (arguments != null && arguments[0] instanceof String name && LESS.contains(name)) {
                            return null;
                        }
                        try {
                            return method.invoke(writer, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
        }
    }
}
