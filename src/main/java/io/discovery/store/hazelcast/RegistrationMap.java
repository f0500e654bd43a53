package io.discovery.store.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.CheckIn;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.StoredCopy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How the registry's maps are set up in Hazelcast. */
public final class RegistrationMap {

    static final String NAME = "registrations";

    /** One copy acknowledges each write; up to Hazelcast's limit of six, every other member holds one too. */
    private static final int SYNCHRONOUS_BACKUPS = 1;

    private static final int ASYNCHRONOUS_BACKUPS = 5;

    /** In a cluster of so many members each holds a copy of every registration. */
    static final int COPIES = 1 + SYNCHRONOUS_BACKUPS + ASYNCHRONOUS_BACKUPS;

    private RegistrationMap() {}

    /** Adds the maps and their serializers; every member must do the same. */
    public static void configure(Config config, Lease lease) {
        configure(config, lease, serializers());
    }

    static void configure(Config config, Lease lease, List<CompactSerializer<?>> serializers) {
        // As objects: the directory holds the same, and neither owner nor backup has to read and write what it has.
        // After a split the smaller half's map is discarded: every member's read copy holds all of it, and gives back
        // what the
        // other half's map lacks. Merging the maps would move each registration twice more, for tens of seconds if
        // there are many.
        config.addMapConfig(map(NAME, DiscardMergePolicy.class).setInMemoryFormat(InMemoryFormat.OBJECT));
        // Of two halves' beliefs either will do: a wrong one costs a write that finds the row as it is. None is
        // discarded, for
        // members follow this map by its events alone.
        config.addMapConfig(map(HazelcastStoredCopies.NAME, PutIfAbsentMergePolicy.class)
                .setTimeToLiveSeconds((int) TimeUnit.MICROSECONDS.toSeconds(lease.retentionMicros())));
        var compact = config.getSerializationConfig().getCompactSerializationConfig();
        serializers.forEach(compact::addSerializer);
        HazelcastPeerCopies.configure(config);
    }

    /** Of all that members send each other and store. */
    static List<CompactSerializer<?>> serializers() {
        List<CompactSerializer<?>> all = new ArrayList<>(ChangeSerializers.all());
        all.add(new RegistrationSerializer());
        all.add(new StoredCopySerializer());
        all.add(new BucketDigests.Serializer());
        all.add(new InBuckets.Serializer());
        all.addAll(PeerQuestion.serializers());
        return all;
    }

    /** An object of each class of which there is a serializer. */
    public static List<Object> samples() {
        Version version = new Version(1, 1);
        InstanceKey key = new InstanceKey(new ServiceName("sample"), new IpAddress("127.0.0.1"), 0);
        Registration registration = new Registration(key, new CheckIn(version, 1, "", "", 0), Tags.NONE, null);
        Comparison comparison = new Comparison(1, 0);
        List<Object> all = new ArrayList<>(PeerQuestion.samples(comparison));
        all.add(new ApplyChange(new Change.Deregister(key, version, new Lease(1)), 1));
        all.add(new MergeCopy<>(registration, 1, 1, true));
        all.add(new Outcome.Applied(registration));
        all.add(new Outcome.Stale(version));
        all.add(new Outcome.TooLarge(1));
        all.add(new Outcome.Absent());
        all.add(new Outcome.Ahead());
        all.add(registration);
        all.add(StoredCopy.of(registration, 1));
        all.add(new BucketDigests(comparison));
        all.add(new InBuckets(new BitSet()));
        return all;
    }

    private static MapConfig map(String name, Class<?> mergePolicy) {
        return new MapConfig(name)
                .setBackupCount(SYNCHRONOUS_BACKUPS)
                .setAsyncBackupCount(ASYNCHRONOUS_BACKUPS)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(mergePolicy.getName(), 1_000));
    }
}
