package io.discovery.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.schema.MemberSchemaService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of the objects that a member sends in Compact serialization. A receiver cannot read an object without its
 * schema, and Hazelcast sends the schema only once, before the first object of a class. So each member distributes all
 * of its schemas when it joins, not when it first needs them, which may be in the middle of a split: members that join
 * then or later have them, and a merge has none to distribute.
 *
 * <p>If a merge has schemas to distribute nevertheless, because versions differ, Hazelcast sends them after the merge,
 * and does not repeat that if a member is slow just then. This class does. Thread-safe.
 */
public final class Schemas {

    private static final Logger log = LoggerFactory.getLogger(Schemas.class);

    private final HazelcastInstance hazelcast;
    private final MemberSchemaService service;
    /**
     * The last merge, until all schemas are sent. Null while the member merges: it would be alone, and all schemas
     * would count as sent.
     */
    private final AtomicReference<@Nullable LifecycleEvent> merge = new AtomicReference<>();

    /** @param hazelcast instance of a member that has joined */
    public Schemas(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
        this.service = ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getSchemaService();
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            LifecycleState state = event.getState();
            if (state == LifecycleState.MERGING) {
                merge.set(null);
            } else if (state == LifecycleState.MERGED || state == LifecycleState.MERGE_FAILED) {
                merge.set(event);
            }
        });
    }

    /**
     * Sends the schemas of these objects, and of those that the cluster itself needs, to all members. Blocks until all
     * members have them.
     *
     * @param samples an object of each class
     * @throws RuntimeException if a member does not answer; call this again then
     */
    public void bring(Collection<?> samples) {
        List<Object> all = new ArrayList<>(samples);
        all.add(OldestMemberClock.sample());
        all.addAll(PeerLosses.samples());
        all.addAll(PeerReports.samples());
        all.addAll(AskerExchange.samples());
        all.forEach(((HazelcastInstanceProxy) hazelcast).getSerializationService()::toData);
    }

    /**
     * Sends the schemas that a merge may have left unsent; to be called about once a second. Blocks while members are
     * silent.
     */
    public void look() {
        LifecycleEvent last = merge.get();
        if (last == null) {
            return;
        }
        try {
            for (Schema schema : service.getAllSchemas()) {
                if (last.equals(merge.get())) {
                    service.put(schema);
                }
            }
            merge.compareAndSet(last, null);
        } catch (RuntimeException silent) {
            log.warn(
                    "since this member merged, some members may lack schemas of the objects that it sends; it sends the"
                            + " schemas again: {}",
                    silent.toString());
        }
    }
}
