package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Content of a list: its version, and what is made of it once. */
class ListContentTest extends DirectoryFixture {

    @Test
    void aSnapshotIsReusedUntilSomethingChanges() {
        directory.merge(registered("127.0.0.1", 0, ""));
        Snapshot before = directory.service(PAYMENTS);

        assertThat(directory.service(PAYMENTS)).isSameAs(before);
        now.set(10 * SECOND);
        assertThat(directory.service(PAYMENTS)).as("no lease has ended").isSameAs(before);

        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(directory.service(PAYMENTS)).isNotSameAs(before);
    }

    /** Members of two versions of the program answer one client, which compares their lists by it. */
    @Test
    void aListHasTheSameVersionInEveryVersionOfTheProgram() {
        directory.merge(registered("127.0.0.1", 0, "repo"));
        ContentVersion one = directory.service(PAYMENTS).version();
        assertThat(one).hasToString("f85fc997c5bb88e0b066cf8c7bfce82d");

        directory.merge(registered("127.0.0.2", 0, "repo"));
        ContentVersion two = directory.service(PAYMENTS).version();
        assertThat(two).hasToString("e8418834b84396b95ebc8dc5c62cd393");
        assertThat(one.plus(two.minus(one))).isEqualTo(two);
    }

    @Test
    void theContentVersionTellsContentNotTimes() {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
        Registration one = registered("127.0.0.1", 0, "");
        Registration two = registered("127.0.0.2", 0, "");
        directory.merge(one);
        directory.merge(two);
        other.merge(two);
        other.merge(registered("127.0.0.1", 3, ""));

        ContentVersion version = directory.service(PAYMENTS).version();
        assertThat(other.service(PAYMENTS).version()).isEqualTo(version);

        other.merge(applied(new Change.SetWeight(two.key(), at(4), new Weight(7), LEASE), two));
        assertThat(other.service(PAYMENTS).version()).isNotEqualTo(version);

        now.set(10 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).version()).isEqualTo(ContentVersion.EMPTY);
    }

    /** A tag's new value, its new name, and each detail of a check-in. */
    @Test
    void allThatClientsSeeIsContent() {
        List<Registration> others = List.of(
                details(1, 81, "r", "", Map.of("az", "\"a\"")),
                details(2, 81, "q", "", Map.of("az", "\"a\"")),
                details(3, 81, "q", "repo", Map.of("az", "\"a\"")),
                details(4, 81, "q", "repo", Map.of("az", "\"b\"")),
                details(5, 81, "q", "repo", Map.of("az", "\"b\"", "k", "1")),
                cameBack(7, 81, "q", "repo", Map.of("az", "\"b\"", "l", "1")));
        directory.merge(registered("127.0.0.1", 0, ""));

        for (Registration other : others) {
            ContentVersion before = directory.service(PAYMENTS).version();
            directory.merge(other);
            assertThat(directory.service(PAYMENTS).version())
                    .as(other.toString())
                    .isNotEqualTo(before)
                    .isEqualTo(versionOf(other));
        }
    }

    private ContentVersion versionOf(Registration registration) {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
        other.merge(registration);
        return other.service(PAYMENTS).version();
    }

    private static Registration details(long second, int port, String revision, String repo, Map<String, String> tags) {
        InstanceKey key = InstanceKey.of(PAYMENTS, new IpAddress("127.0.0.1"));
        return applied(new Change.Register(key, at(second), port, revision, repo, tags, LEASE), null);
    }

    /** Returns the state after a removal a second before. */
    private static Registration cameBack(
            long second, int port, String revision, String repo, Map<String, String> tags) {
        Registration back = details(second, port, revision, repo, tags);
        return new Registration(back.key(), back.checkIn(), back.tags(), at(second - 1));
    }

    @Test
    void whoHearsOfAnotherListReadsIt() {
        List<Integer> hosts = new ArrayList<>();
        directory.onContentChange(
                service -> hosts.add(directory.service(service).listings().size()));

        directory.merge(registered("127.0.0.1", 0, ""));
        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(hosts).as("a heartbeat changes no list").containsExactly(1);

        directory.merge(registered("127.0.0.1", 2, "repo"));
        now.set(20 * SECOND);
        directory.merge(registered("127.0.0.1", 20, "repo"));
        assertThat(hosts).as("it was gone in between").containsExactly(1, 1, 1);

        directory.merge(registered("127.0.0.1", 20, "").deregistered());
        directory.merge(registered("127.0.0.1", 21, "").deregistered());
        assertThat(hosts).as("removed twice").containsExactly(1, 1, 1, 0);
    }

    @Test
    void aRenderingIsMadeOnce() {
        directory.merge(registered("127.0.0.1", 0, ""));
        AtomicLong made = new AtomicLong();
        Renderer<Long> rendering = Renderer.small(snapshot -> made.incrementAndGet());

        directory.service(PAYMENTS).rendered(rendering);
        directory.service(PAYMENTS).rendered(rendering);

        assertThat(made).hasValue(1);
    }

    @Test
    void aRenderingOfContentIsMadeAnewWhenMoreHasChangedThanACheckIn() {
        AtomicLong made = new AtomicLong();
        Renderer<Long> rendering = Renderer.small(snapshot -> made.incrementAndGet());
        directory.merge(registered("127.0.0.1", 0, ""));
        directory.service(PAYMENTS).renderedContent(rendering);

        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(1);

        directory.merge(registered("127.0.0.1", 2, "repo"));
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(2);

        now.set(13 * SECOND);
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(3);
    }

    @Test
    void aHostIsEncodedOnceForAllListsUntilItReports() {
        Listing listing = listed("127.0.0.1", 0);
        byte[] list = new byte[4];

        assertThat(listing.fragment(host -> new byte[] {1, 2}).copyTo(list, 1)).isEqualTo(3);
        assertThat(list).containsExactly(0, 1, 2, 0);
        assertThat(listing.fragment(host -> new byte[0]).length()).isEqualTo(2);

        listing.fragmentIn(new EncodedInstance(new byte[] {9, 8, 7, 6}, 2, 1));
        assertThat(listing.fragment(host -> new byte[0]).copyTo(list, 0)).isEqualTo(1);
        assertThat(list).containsExactly(7, 1, 2, 0);
    }

    /** Its bytes are a slice of a list: a list of a thousand would stay in memory for each host that falls silent. */
    @Test
    void aHostThatFallsSilentKeepsNoListInMemory() {
        for (Runnable look : List.<Runnable>of(() -> directory.service(PAYMENTS), directory::hosts)) {
            Listing listing = listed("127.0.0.1", now.get() / SECOND);
            listing.fragmentIn(new EncodedInstance(new byte[1_000], 10, 100));

            now.addAndGet(10 * SECOND + 1);
            look.run();

            assertThat(listing.fragment(host -> new byte[] {1}).length()).isEqualTo(1);
            now.addAndGet(SECOND - 1);
        }
    }

    private Listing listed(String ip, long second) {
        directory.merge(registered(ip, second, ""));
        return directory.service(PAYMENTS).listings().get(0);
    }
}
