package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The writes that a member accepts as registrations come to their share of 80 kB and beyond, and as the heap becomes
 * scarce.
 */
class RegistrationMemoryLimitTest {

    private static final long SHARE = 80_000;
    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));
    private static final InstanceKey SMALL = key("small");
    private static final InstanceKey LARGE = key("large");
    private static final int LONG = 4_000;

    private long nowMicros = TimeUnit.HOURS.toMicros(1);
    private final HeapReserve heap = new HeapReserve(1_000);
    private final Directory directory =
            new Directory(LEASE, ExpiryProtection.OFF, () -> nowMicros, CacheBudget.unlimited());
    private final RegistrationMemoryLimit room = new RegistrationMemoryLimit(directory, heap, SHARE);

    @Test
    void whileThereIsRoomAllIsTaken() {
        fill(SHARE - 1);

        assertThat(ask(register(key("new"), LONG))).isNull();
    }

    @Test
    void aNewHostIsTakenUntilTheShareIsFull() {
        fill(SHARE);

        assertThat(ask(register(key("new"), 1)))
                .contains("registrations take about", "nothing was changed", "New hosts are not taken")
                .contains("may come back");
    }

    @Test
    void aNewHostIsNotTakenWhileTheHeapIsScarce() {
        heap.collected(900, Reach.ALL);
        assertThat(ask(register(key("new"), 1))).contains("the heap is short", "New hosts are not taken");

        heap.collected(100, Reach.ALL);
        assertThat(ask(register(key("new"), 1))).isNull();
    }

    @Test
    void aHostThatIsThereIsDeployedDrainedAndRestartedWhenAllIsFullAndScarce() {
        apply(register(SMALL, 10));
        apply(register(LARGE, LONG));
        fill(SHARE + SHARE / 8 - 1);
        heap.collected(900, Reach.ALL);

        assertThat(ask(register(SMALL, 700))).as("1 kB in all").isNull();
        assertThat(ask(register(LARGE, LONG + LONG / 8))).as("an eighth more").isNull();
        assertThat(ask(register(LARGE, LONG + LONG / 4)))
                .contains("the heap is short", "nothing was changed", "This host is not taken with so much more");
        apply(new Change.Deregister(SMALL, next(), LEASE));
        assertThat(ask(register(SMALL, 700))).as("after its removal").isNull();
    }

    @Test
    void aHostThatIsThereGrowsByMuchUntilNineEighthsOfTheShare() {
        apply(register(SMALL, 10));
        fill(SHARE + SHARE / 8 - 1);
        assertThat(ask(register(SMALL, LONG))).isNull();
        apply(new Change.Deregister(SMALL, next(), LEASE));
        assertThat(ask(register(SMALL, LONG))).as("its return").isNull();

        fill(SHARE + SHARE / 8);

        assertThat(ask(register(SMALL, LONG))).contains("registrations take about", "This host is not taken");
        assertThat(ask(register(SMALL, 10))).as("its return").contains("registrations take about");
    }

    @Test
    void whatIsNoLargerIsAlwaysTaken() {
        apply(register(SMALL, 10));
        apply(register(LARGE, LONG));
        fill(2 * SHARE);
        heap.collected(900, Reach.ALL);

        assertThat(ask(register(SMALL, 10))).isNull();
        assertThat(ask(register(SMALL, 11))).isNotNull();
        assertThat(ask(new Change.SetWeight(SMALL, next(), new Weight(1), LEASE)))
                .isNull();
        assertThat(ask(new Change.Deregister(SMALL, next(), LEASE))).isNull();
        nowMicros += 2 * LEASE.ttlMicros();
        assertThat(ask(register(LARGE, LONG))).as("after its lease").isNull();
    }

    private @Nullable String ask(Change change) {
        RegistryException refusal = room.refusal(change, directory.find(change.key()));
        return refusal == null ? null : refusal.getMessage();
    }

    private void apply(Change change) {
        directory.merge(((Outcome.Applied) change.applyTo(directory.find(change.key()))).registration());
    }

    /** Lets registrations take this number of bytes, or a byte less. */
    private void fill(long bytes) {
        fillWith(0);
        // Each character counts as it is held and as it is listed.
        fillWith((int) (bytes - directory.heapBytes()) / 2);
        assertThat(directory.heapBytes()).isBetween(bytes - 1, bytes);
    }

    private void fillWith(int characters) {
        CheckIn checkIn = new CheckIn(next(), 80, "r".repeat(characters), "");
        directory.merge(new Registration(key("filler"), checkIn, Tags.NONE, null));
    }

    private Change register(InstanceKey key, int revision) {
        Version version = next();
        return new Change.Register(key, version, 80, "r".repeat(revision), "", Map.of(), LEASE);
    }

    private Version next() {
        return new Version(nowMicros++, 1);
    }

    private static InstanceKey key(String service) {
        return InstanceKey.of(new ServiceName(service), new IpAddress("127.0.0.1"));
    }
}
