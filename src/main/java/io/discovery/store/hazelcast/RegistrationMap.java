package io.discovery.store.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;

/** How the registry's map is set up in Hazelcast. */
public final class RegistrationMap {

    static final String NAME = "registrations";

    /** One copy acknowledges each write; up to Hazelcast's limit of six, every other member holds one too. */
    private static final int SYNCHRONOUS_BACKUPS = 1;

    private static final int ASYNCHRONOUS_BACKUPS = 5;

    private RegistrationMap() {}

    /** Adds the map and its serializers; every member must do the same. */
    public static void configure(Config config) {
        MergePolicyConfig merge = new MergePolicyConfig(RegistrationMergePolicy.class.getName(), 1_000);
        config.addMapConfig(new MapConfig(NAME)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(SYNCHRONOUS_BACKUPS)
                .setAsyncBackupCount(ASYNCHRONOUS_BACKUPS)
                .setStatisticsEnabled(false)
                .setMergePolicyConfig(merge));
        var compact = config.getSerializationConfig().getCompactSerializationConfig();
        compact.addSerializer(new RegistrationSerializer());
        ChangeSerializers.all().forEach(compact::addSerializer);
    }
}
