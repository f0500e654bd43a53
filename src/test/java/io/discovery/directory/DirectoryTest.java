package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Registrations that a directory takes in, lists, keeps and drops. */
class DirectoryTest extends DirectoryFixture {

    @Test
    void listsInTheOrderOfAddressesAsText() {
        directory.merge(registered("127.0.0.2", 0, ""));
        directory.merge(registered("127.0.0.10", 0, ""));

        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.10", "127.0.0.2");
    }

    @Test
    void aLeaseEndsWithoutAnythingHavingToHappen() {
        directory.merge(registered("127.0.0.1", 0, "repo"));
        directory.merge(registered("127.0.0.2", 5, "repo"));

        now.set(10 * SECOND);
        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.1", "127.0.0.2");

        now.set(10 * SECOND + 1);
        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.2");
        assertThat(addresses(directory.repo("repo"))).containsExactly("127.0.0.2");
        assertThat(counts()).containsOnly(Map.entry(PAYMENTS, 1));
        assertThat(directory.hosts()).isEqualTo(1);

        now.set(15 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
        assertThat(counts()).isEmpty();
        assertThat(directory.hosts()).isZero();
    }

    @Test
    void aRegistrationIsReplacedUnlessItHasChanged() {
        Registration wrong = registered("127.0.0.1", 9, "");
        Registration right = registered("127.0.0.1", 1, "repo");
        directory.merge(wrong);
        long[] before = directory.digests(Comparison.at(LEASE, 0));

        directory.replace(right, registered("127.0.0.1", 2, ""));
        assertThat(directory.find(wrong.key())).isEqualTo(wrong);

        directory.replace(wrong, right);
        assertThat(directory.find(wrong.key())).isEqualTo(right);
        assertThat(directory.repo("repo").listings()).hasSize(1);
        assertThat(directory.digests(Comparison.at(LEASE, 0))).isNotEqualTo(before);
        assertThat(directory.heapBytes()).isEqualTo(heapBytesOf(right));
    }

    private static long heapBytesOf(Registration registration) {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
        other.merge(registration);
        return other.heapBytes();
    }

    /** A member whose clock is ahead keeps what the others keep. */
    @Test
    void registrationsAreKeptByTheClustersTime() {
        now.set(2 * LEASE.retentionMicros());
        AtomicLong cluster = new AtomicLong();
        Directory ahead = new Directory(LEASE, ExpiryProtection.OFF, now::get, cluster::get, CacheBudget.unlimited());

        ahead.merge(registered("127.0.0.1", 0, ""));
        ahead.sweep();
        assertThat(ahead.size()).isOne();
        assertThat(ahead.hosts()).isZero();

        cluster.set(LEASE.retentionMicros());
        ahead.sweep();
        assertThat(ahead.size()).isZero();
    }

    @Test
    void whoseRetentionHasEndedIsInNoSumAnyMore() {
        Comparison everything = new Comparison(Comparison.sliceMicros(LEASE), Long.MIN_VALUE);
        directory.merge(registered("127.0.0.1", 0, "repo"));
        now.set(LEASE.retentionMicros());

        directory.sweep();

        assertThat(directory.heapBytes()).isZero();
        assertThat(directory.digests(everything)).containsOnly(0);
    }

    @Test
    void aBucketHasTheRegistrationsWhoseKeysAreInIt() {
        Registration registration = registered("127.0.0.1", 0, "");
        int bucket = Buckets.of(registration.key());
        directory.merge(registration);

        assertThat(directory.inBucket(bucket)).containsExactly(registration);
        assertThat(directory.inBucket(bucket ^ 1)).isEmpty();
    }

    @Test
    void aNameThatNoServiceCanHaveHasAnEmptyList() {
        Snapshot nothing = directory.nothing("a/b");

        assertThat(nothing.name()).isEqualTo("a/b");
        assertThat(nothing.listings()).isEmpty();
        assertThat(nothing.version()).isEqualTo(ContentVersion.EMPTY);
    }

    @Test
    void anOlderCopyChangesNothing() {
        Registration newer = registered("127.0.0.1", 2, "");
        directory.merge(newer);
        List<Registration> changes = new ArrayList<>();
        directory.onChange(changes::add);

        directory.merge(registered("127.0.0.1", 1, ""));
        directory.merge(newer);

        assertThat(directory.find(newer.key())).isEqualTo(newer);
        assertThat(changes).isEmpty();
    }

    @Test
    void aHostThatNamesAnotherRepoLeavesTheOldOne() {
        directory.merge(registered("127.0.0.1", 0, "one"));
        directory.merge(registered("127.0.0.1", 1, "two"));

        assertThat(directory.repo("one").listings()).isEmpty();
        assertThat(addresses(directory.repo("two"))).containsExactly("127.0.0.1");
    }

    @Test
    void theEmptyRepoIsNoRepo() {
        directory.merge(registered("127.0.0.1", 0, ""));

        assertThat(directory.repo("").listings()).isEmpty();
    }

    @Test
    void aTombstoneIsKeptAgainstOlderCopiesUntilItsRetentionEnds() {
        Registration old = registered("127.0.0.1", 0, "");
        directory.merge(old);
        directory.merge(applied(new Change.Deregister(old.key(), at(1), LEASE), old));

        directory.merge(old);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();

        now.set(SECOND + LEASE.retentionMicros() - 1);
        directory.sweep();
        assertThat(directory.size()).isEqualTo(1);

        now.incrementAndGet();
        directory.sweep();
        assertThat(directory.size()).isZero();

        directory.merge(old);
        assertThat(directory.size())
                .as("a copy past its RETENTION is not taken in")
                .isZero();
    }

    /** One host may bring a service and a repo of its own. */
    @Test
    void aServiceAndARepoTakeHeapWhileTheyHaveHosts() {
        directory.merge(registered("127.0.0.1", 0, ""));
        long one = directory.heapBytes();
        directory.merge(registered("127.0.0.2", 0, ""));
        assertThat(directory.heapBytes() - one).as("the second of the service").isEqualTo(one - Limits.GROUP);

        directory.merge(registered("127.0.0.2", 1, "repo"));
        assertThat(directory.heapBytes()).isEqualTo(2 * one + 2L * "repo".length());

        directory.merge(registered("127.0.0.2", 2, ""));
        assertThat(directory.heapBytes()).isEqualTo(2 * one - Limits.GROUP);
    }
}
