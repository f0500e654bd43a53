package io.discovery.cluster;

import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.registry.MissingMember;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The members that other members miss, read by a question to each of them. A member that starts during a split has not
 * seen them go. The answer comes from the peer itself and not from a map of the cluster, which a half of a split may
 * lack when the newcomer has compared its copy already. Thread-safe.
 */
public final class PeerLosses {

    private static final String NAME = "discovery-missing";

    private final HazelcastInstance hazelcast;
    private final MemberQuestions<List<MissingMember>> questions;

    public PeerLosses(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
        this.questions = new MemberQuestions<>(hazelcast, NAME, new Question());
    }

    static void configure(Config config) {
        MemberQuestions.configure(config, NAME, 1);
        CompactSerializationConfig compact = config.getSerializationConfig().getCompactSerializationConfig();
        compact.addSerializer(new QuestionSerializer());
        compact.addSerializer(new MissingMemberSerializer());
    }

    /** Returns an object of each class that members send, of which a schema is made. */
    static List<Object> samples() {
        return List.of(new Question(), new MissingMember("", "", 0));
    }

    /** Makes this member answer its peers' questions with {@code missing}. */
    public void answer(Supplier<List<MissingMember>> missing) {
        hazelcast.getUserContext().put(NAME, missing);
    }

    /**
     * Returns the members that peers miss, one more than once if several do. Blocks while peers answer. A peer that
     * does not, or that has a version without an answer, tells nothing.
     */
    public List<MissingMember> ask() {
        return questions.ask(member -> !member.localMember()).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** A question for the members that the peer misses; runs at the peer, which misses none before it has begun. */
    static final class Question implements Callable<List<MissingMember>>, HazelcastInstanceAware {

        private @Nullable HazelcastInstance asked;

        @Override
        public void setHazelcastInstance(HazelcastInstance instance) {
            asked = instance;
        }

        @Override
        public List<MissingMember> call() {
            // Hazelcast has a format for this list; of others it makes objects of Java's, which members refuse.
            List<MissingMember> missing = new ArrayList<>();
            if (asked != null && asked.getUserContext().get(NAME) instanceof Supplier<?> told) {
                ((List<?>) told.get()).forEach(each -> missing.add((MissingMember) each));
            }
            return missing;
        }
    }

    private static final class QuestionSerializer implements CompactSerializer<Question> {

        @Override
        public Question read(CompactReader reader) {
            return new Question();
        }

        @Override
        public void write(CompactWriter writer, Question question) {
            // A question has no fields.
        }

        @Override
        public String getTypeName() {
            return "missing-question";
        }

        @Override
        public Class<Question> getCompactClass() {
            return Question.class;
        }
    }

    private static final class MissingMemberSerializer implements CompactSerializer<MissingMember> {

        @Override
        public MissingMember read(CompactReader reader) {
            return new MissingMember(text(reader, "id"), text(reader, "address"), reader.readInt64("micros"));
        }

        private static String text(CompactReader reader, String field) {
            String text = reader.readString(field);
            return text == null ? "" : text;
        }

        @Override
        public void write(CompactWriter writer, MissingMember member) {
            writer.writeString("id", member.id());
            writer.writeString("address", member.address());
            writer.writeInt64("micros", member.micros());
        }

        @Override
        public String getTypeName() {
            return "missing-member";
        }

        @Override
        public Class<MissingMember> getCompactClass() {
            return MissingMember.class;
        }
    }
}
