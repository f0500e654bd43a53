package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two halves of a cluster heal: their copies meet in the one merge, and what the other half's clock put too far ahead is
 * clamped. Hazelcast makes it by name, so it is public.
 */
public final class RegistrationMergePolicy
        implements SplitBrainMergePolicy<Registration, MergingValue<Registration>, Registration>,
                HazelcastInstanceAware {

    private @Nullable HazelcastInstance hazelcast;

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public Registration merge(
            @Nullable MergingValue<Registration> merging, @Nullable MergingValue<Registration> existing) {
        Registration arriving = valueOf(merging);
        Registration stored = valueOf(existing);
        return arriving == null
                ? Objects.requireNonNull(stored)
                : arriving.clampedTo(limitMicros()).mergedInto(stored);
    }

    private long limitMicros() {
        HazelcastInstance instance = hazelcast;
        long nowMillis = instance == null
                ? System.currentTimeMillis()
                : instance.getCluster().getClusterTime();
        return TimeUnit.MILLISECONDS.toMicros(nowMillis) + Version.CLOCK_TOLERANCE_MICROS;
    }

    private static @Nullable Registration valueOf(@Nullable MergingValue<Registration> value) {
        return value == null ? null : value.getDeserializedValue();
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no state to send.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // It has no state to receive.
    }
}
