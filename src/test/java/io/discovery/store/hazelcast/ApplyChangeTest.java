package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApplyChangeTest {

    private static final InstanceKey KEY = key("payments", 1);

    @Test
    void aChangeThatRunsAgainIsGivenToTheBackupsAgain() {
        Entry entry = new Entry();
        ApplyChange change = new ApplyChange(register(1), 60, "");

        Outcome first = outcome(change, entry);
        assertThat(change.getBackupProcessor()).isNotNull();

        assertThat(outcome(change, entry)).isEqualTo(first);
        assertThat(change.getBackupProcessor()).isNotNull();
        assertThat(entry.writes).isEqualTo(1);
    }

    @Test
    void aChangeThatDoesNotApplyIsNotGivenToBackups() {
        Entry entry = new Entry();
        outcome(new ApplyChange(register(2), 60, ""), entry);
        ApplyChange stale = new ApplyChange(register(1), 60, "");

        assertThat(outcome(stale, entry)).isInstanceOf(Outcome.Stale.class);

        assertThat(stale.getBackupProcessor()).isNull();
        assertThat(entry.writes).isEqualTo(1);
    }

    /** Only another member is sent the outcome. */
    @Test
    void theOutcomeStaysWhereItIsKnown() {
        Entry entry = new Entry();

        assertThat(new ApplyChange(register(1), 60, "").process(entry)).isNull();
        assertThat(ApplyChange.received(register(2), 60, "").process(entry)).isInstanceOf(Outcome.Applied.class);
    }

    private static Outcome outcome(ApplyChange change, Entry entry) {
        return change.outcome(change.process(entry));
    }

    private static Change register(long micros) {
        return new Change.Register(KEY, new Version(micros, 1), 80, "r", "", Map.of("az", "\"a\""), LEASE);
    }

    /** Hazelcast's view of an entry, without Hazelcast. */
    private static final class Entry implements ExtendedMapEntry<String, Registration> {
        private @Nullable Registration value;
        private int writes;

        @Override
        public String getKey() {
            return KEY.toString();
        }

        @Override
        @SuppressWarnings("NullAway") // Hazelcast answers null for an absent key
        public Registration getValue() {
            return value;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Registration setValue(Registration next, long ttl, TimeUnit unit) {
            Registration before = value;
            value = next;
            writes++;
            return before;
        }

        @Override
        public Registration setValueWithoutChangingExpiryTime(Registration next) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration setValue(Registration next) {
            throw new UnsupportedOperationException();
        }
    }
}
