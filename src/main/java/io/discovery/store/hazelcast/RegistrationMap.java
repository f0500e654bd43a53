package io.discovery.store.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.spi.merge.DiscardMergePolicy;
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

/** The configuration of the registry's maps in Hazelcast. */
public final class RegistrationMap {

    static final String NAME = "registrations";

    /**
     * Number of backups that acknowledge each write; up to Hazelcast's limit of six, every other member holds a copy
     * too.
     */
    private static final int SYNCHRONOUS_BACKUPS = 1;

    private static final int ASYNCHRONOUS_BACKUPS = 5;

    /** Maximum number of members with which each holds a copy of every registration. */
    static final int COPIES = 1 + SYNCHRONOUS_BACKUPS + ASYNCHRONOUS_BACKUPS;

    private RegistrationMap() {}

    /** Adds the maps and their serializers; every member must do the same. */
    public static void configure(Config config, Lease lease) {
        configure(config, lease, serializers());
    }

    static void configure(Config config, Lease lease, List<CompactSerializer<?>> serializers) {
        // As objects: the directory holds the same objects, and neither owner nor backup has to serialize them.
        config.addMapConfig(map(NAME).setInMemoryFormat(InMemoryFormat.OBJECT));
        config.addMapConfig(map(HazelcastStoredCopies.NAME)
                .setTimeToLiveSeconds((int) TimeUnit.MICROSECONDS.toSeconds(lease.retentionMicros())));
        var compact = config.getSerializationConfig().getCompactSerializationConfig();
        serializers.forEach(compact::addSerializer);
        HazelcastPeerCopies.configure(config);
    }

    /** Returns the serializers of all objects that members send each other and store. */
    static List<CompactSerializer<?>> serializers() {
        List<CompactSerializer<?>> all = new ArrayList<>(ChangeSerializers.all());
        all.add(new RegistrationSerializer());
        all.add(new StoredCopySerializer());
        all.add(new BucketDigests.Serializer());
        all.add(new InBuckets.Serializer());
        all.addAll(PeerQuestion.serializers());
        return all;
    }

    /** Returns an object of each class that has a serializer. */
    public static List<Object> samples() {
        Version version = new Version(1, 1);
        InstanceKey key = new InstanceKey(new ServiceName("sample"), new IpAddress("127.0.0.1"), 0);
        Registration registration = new Registration(key, new CheckIn(version, 1, "", "", 0), Tags.NONE, null);
        Comparison comparison = new Comparison(1, 0);
        List<Object> all = new ArrayList<>(PeerQuestion.samples(comparison));
        all.add(new ApplyChange(new Change.Deregister(key, version, new Lease(1)), 1, ""));
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

    /**
     * Returns a map of which Hazelcast discards the smaller half's part after a split. Merging the parts would take
     * seconds, since each partition is moved by a call of its own, and other partitions move at that time; up to then
     * the member counts as merging. Every member's read copy holds all registrations of its half, and gives back those
     * that the other half's map lacks. A known state of a stored copy that is lost costs a write that finds the row as
     * it is.
     */
    private static MapConfig map(String name) {
        return new MapConfig(name)
                .setBackupCount(SYNCHRONOUS_BACKUPS)
                .setAsyncBackupCount(ASYNCHRONOUS_BACKUPS)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), 1_000));
    }
}
