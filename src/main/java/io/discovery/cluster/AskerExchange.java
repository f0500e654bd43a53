package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.Version;
import io.discovery.registry.Asked;
import io.discovery.registry.Asker;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way by which members tell each other who asked for changes: batches, as well as it goes. A peer that does not
 * answer is told nothing more after a few batches, and a peer of an earlier version is told nothing. Thread-safe; never
 * blocks.
 */
public final class AskerExchange {

    private static final Logger log = LoggerFactory.getLogger(AskerExchange.class);
    private static final String NAME = "discovery-askers";
    private static final int WAITING_BATCHES = 64;
    /** Number of batches that a peer may leave unanswered. */
    private static final int UNANSWERED = 20;

    private final HazelcastInstance hazelcast;
    private final ConcurrentMap<UUID, AtomicInteger> unanswered = new ConcurrentHashMap<>();

    public AskerExchange(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    static void configure(Config config) {
        config.addExecutorConfig(new ExecutorConfig(NAME, 1).setQueueCapacity(WAITING_BATCHES));
        CompactSerializationConfig compact = config.getSerializationConfig().getCompactSerializationConfig();
        compact.addSerializer(new BatchSerializer());
    }

    /** Returns an object of each class that members send, of which a schema is made. */
    static List<Object> samples() {
        return List.of(new Batch(List.of()));
    }

    /** Makes this member take what its peers tell. */
    public void listen(Consumer<List<Asked>> listener) {
        hazelcast.getUserContext().put(NAME, listener);
    }

    /** Tells all peers. */
    public void tell(List<Asked> asked) {
        Batch batch = new Batch(asked);
        List<UUID> present = new ArrayList<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            present.add(member.getUuid());
            if (!member.localMember() && VersionMakers.isTold(member)) {
                tell(member, batch);
            }
        }
        unanswered.keySet().retainAll(present);
    }

    private void tell(Member member, Batch batch) {
        AtomicInteger open = unanswered.computeIfAbsent(member.getUuid(), peer -> new AtomicInteger());
        if (open.get() >= UNANSWERED) {
            return;
        }
        open.incrementAndGet();
        try {
            hazelcast.getExecutorService(NAME).submitToMember(batch, member, new Answer(open));
        } catch (HazelcastException | HazelcastInstanceNotActiveException | RejectedExecutionException gone) {
            open.decrementAndGet();
            log.debug("{} is not told who asked for changes: {}", member.getAddress(), gone.toString());
        }
    }

    private record Answer(AtomicInteger open) implements ExecutionCallback<Boolean> {

        @Override
        public void onResponse(Boolean taken) {
            open.decrementAndGet();
        }

        @Override
        public void onFailure(Throwable gone) {
            open.decrementAndGet();
            log.debug("a peer was not told who asked for changes: {}", gone.toString());
        }
    }

    /** Askers on their way to a peer, which takes them on its executor's thread. */
    static final class Batch implements Callable<Boolean>, HazelcastInstanceAware {

        private final List<Asked> asked;
        private @Nullable HazelcastInstance told;

        Batch(List<Asked> asked) {
            this.asked = List.copyOf(asked);
        }

        List<Asked> asked() {
            return asked;
        }

        @Override
        public void setHazelcastInstance(HazelcastInstance instance) {
            told = instance;
        }

        @Override
        @SuppressWarnings("unchecked") // only listen puts a value there
        public Boolean call() {
            Object listener = told == null ? null : told.getUserContext().get(NAME);
            if (listener != null) {
                ((Consumer<List<Asked>>) listener).accept(asked);
            }
            return listener != null;
        }
    }

    private static final class BatchSerializer implements CompactSerializer<Batch> {

        @Override
        public Batch read(CompactReader reader) {
            long[] micros = numbers(reader, "micros");
            long[] members = numbers(reader, "members");
            String[] addresses = texts(reader, "addresses");
            String[] identities = texts(reader, "identities");
            int count =
                    Math.min(Math.min(micros.length, members.length), Math.min(addresses.length, identities.length));
            List<Asked> asked = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                asked.add(new Asked(new Version(micros[i], members[i]), new Asker(addresses[i], identities[i])));
            }
            return new Batch(asked);
        }

        private static long[] numbers(CompactReader reader, String field) {
            long[] numbers = reader.readArrayOfInt64(field);
            return numbers == null ? new long[0] : numbers;
        }

        private static String[] texts(CompactReader reader, String field) {
            String[] texts = reader.readArrayOfString(field);
            return texts == null ? new String[0] : texts;
        }

        @Override
        public void write(CompactWriter writer, Batch batch) {
            List<Asked> asked = batch.asked();
            writer.writeArrayOfInt64(
                    "micros",
                    asked.stream().mapToLong(each -> each.version().micros()).toArray());
            writer.writeArrayOfInt64(
                    "members",
                    asked.stream().mapToLong(each -> each.version().member()).toArray());
            writer.writeArrayOfString(
                    "addresses",
                    asked.stream().map(each -> each.asker().address()).toArray(String[]::new));
            writer.writeArrayOfString(
                    "identities",
                    asked.stream().map(each -> each.asker().identity()).toArray(String[]::new));
        }

        @Override
        public String getTypeName() {
            return "askers";
        }

        @Override
        public Class<Batch> getCompactClass() {
            return Batch.class;
        }
    }
}
