package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Change;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names and counts of a directory, and the news of them. */
class DirectoryOverviewTest extends DirectoryFixture {

    @Test
    void anOverviewHoldsUntilAListIsAnother() {
        ServiceOverview nothing = overview();
        assertThat(directory.isStill(nothing)).isTrue();

        directory.merge(registered("127.0.0.1", 0, ""));
        assertThat(directory.isStill(nothing)).as("one has come").isFalse();
        ServiceOverview one = overview();

        now.set(5 * SECOND);
        directory.merge(registered("127.0.0.1", 5, ""));
        assertThat(directory.isStill(one)).as("it reports again").isTrue();

        now.set(10 * SECOND);
        assertThat(directory.isStill(one)).isTrue();
        now.set(10 * SECOND + 1);
        assertThat(directory.isStill(one))
                .as("what was known of its lease has ended")
                .isFalse();
        ServiceOverview again = overview();
        assertThat(directory.isStill(again)).isTrue();

        now.set(15 * SECOND + 1);
        assertThat(directory.isStill(again)).as("it has fallen silent").isFalse();
        ServiceOverview silent = overview();
        assertThat(counts()).isEmpty();

        directory.merge(registered("127.0.0.1", 15, ""));
        assertThat(directory.isStill(silent)).as("it is back").isFalse();
    }

    /** A reader that waits for the end of the longer lease has to be told. */
    @Test
    void aLeaseThatBecomesShorterIsNews() {
        Registration taken = registered("127.0.0.1", 0, "");
        directory.merge(taken.withGrace(5 * SECOND));
        ServiceOverview before = overview();
        now.set(SECOND);
        assertThat(directory.isStill(before)).isTrue();

        directory.merge(taken);

        assertThat(directory.isStill(before)).isFalse();
        now.set(10 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
    }

    @Test
    void servicesWhoseNamesBeginAlikeAreCounted() {
        for (String name : List.of("pa", "pay", "pay-1", "pay-2", "paz", "q")) {
            directory.merge(Fixtures.registered(Fixtures.key(name, 1), new Version(1, 1)));
        }
        directory.merge(Fixtures.registered(Fixtures.key("pay-2", 2), new Version(1, 1)));
        Map<String, Integer> counts = new HashMap<>();

        directory.counts("pay", (service, hosts) -> counts.put(service.text(), hosts.listed()));

        assertThat(counts).isEqualTo(Map.of("pay", 1, "pay-1", 1, "pay-2", 2));
        assertThat(directory.counts(new ServiceName("pay-2")).listed()).isEqualTo(2);
        assertThat(directory.counts(new ServiceName("pay-3")).listed()).isZero();
    }

    @Test
    void servicesAreNamedInOrder() {
        List<ServiceName> names =
                Stream.of("b", "c", "a", "\u00e9").map(ServiceName::new).toList();
        names.forEach(name -> directory.merge(Fixtures.registered(Fixtures.key(name.text(), 1), new Version(1, 1))));

        assertThat(directory.names()).map(ServiceName::text).containsExactly("a", "b", "c", "\u00e9");
    }

    @Test
    void whoComesAndGoesIsToldOfWhenTheNamesShowIt() {
        List<String> told = new ArrayList<>();
        directory.onComingOrGoing(service -> told.add(service + " " + directory.names()));

        Registration first = registered("127.0.0.1", 0, "");
        directory.merge(first);
        directory.merge(registered("127.0.0.1", 1, "repo"));
        directory.merge(registered("127.0.0.2", 1, ""));
        assertThat(told).containsExactly("payments [payments]", "payments [payments]");

        directory.merge(registered("127.0.0.2", 1, "").deregistered());
        now.set(90 * SECOND);
        assertThat(told).as("an ended lease is no going").hasSize(3);

        now.set(1_000 * SECOND);
        directory.sweep();
        assertThat(told)
                .containsExactly("payments [payments]", "payments [payments]", "payments [payments]", "payments []");
    }

    @Test
    void everyChangeIsToldOnceAndInItsFinalState() {
        List<Registration> changes = new ArrayList<>();
        directory.onChange(changes::add);
        Registration old = registered("127.0.0.1", 0, "");
        Registration weighed = applied(new Change.SetWeight(old.key(), at(1), new Weight(7), LEASE), old);

        directory.merge(weighed);
        directory.merge(old);

        assertThat(changes).containsExactly(weighed);
    }
}
