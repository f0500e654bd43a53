package io.discovery.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports that each member makes of itself, and that all others may ask for by a name. A report is bytes, about whose
 * form members of one name agree; a member makes it at most once a second, however many ask. Thread-safe.
 */
public final class PeerReports {

    private static final Logger log = LoggerFactory.getLogger(PeerReports.class);
    /** The executor, the key of this object in its member, and the attribute of members that make reports. */
    private static final String NAME = "discovery-reports";
    /** A report may wait for other threads; another report need not wait for that. */
    private static final int THREADS = 2;

    private static final Duration KEPT = Duration.ofSeconds(1);
    /** Maximum bytes of a report: 2 MB. */
    static final int LONGEST = 2 * 1024 * 1024;

    private static final byte[] NONE = {};

    private final HazelcastInstance hazelcast;
    private final LongSupplier nanoTime;
    private final Map<String, Report> own = new ConcurrentHashMap<>();
    private final Map<String, MemberQuestions<byte[]>> questions = new ConcurrentHashMap<>();

    /** Creates the reports of a member, which answers its peers from now on. */
    public PeerReports(HazelcastInstance hazelcast) {
        this(hazelcast, System::nanoTime);
    }

    PeerReports(HazelcastInstance hazelcast, LongSupplier nanoTime) {
        this.hazelcast = hazelcast;
        this.nanoTime = nanoTime;
        hazelcast.getUserContext().put(NAME, this);
    }

    static void configure(Config config) {
        MemberQuestions.configure(config, NAME, THREADS);
        config.getSerializationConfig().getCompactSerializationConfig().addSerializer(new QuestionSerializer());
        // A member of a version before would log an error for each question.
        config.getMemberAttributeConfig().setAttribute(NAME, "1");
    }

    /** Returns an object of each class that members send, of which a schema is made. */
    static List<Object> samples() {
        return List.of(new Question(""));
    }

    /**
     * Sets the maker of one of this member's reports.
     *
     * @param maker may block for less than a second; called by one thread at a time
     */
    public void answer(String report, Supplier<byte[]> maker) {
        own.put(report, new Report(report, maker));
    }

    /**
     * Returns the reports of all members that make one in time, by the ids of the members; this member's too. Blocks
     * for a second at most.
     */
    public Map<String, byte[]> ask(String report) {
        Map<String, byte[]> told = questions
                .computeIfAbsent(report, name -> new MemberQuestions<>(hazelcast, NAME, new Question(name)))
                .ask(member -> member.getAttributes().containsKey(NAME));
        told.values().removeIf(bytes -> bytes.length == 0);
        return told;
    }

    private byte[] own(String report) {
        Report made = own.get(report);
        return made == null ? NONE : made.now();
    }

    /** One of this member's reports, and its last bytes. */
    private final class Report {
        private final String name;
        private final Supplier<byte[]> maker;
        private byte[] last = NONE;
        private long madeAt;

        Report(String name, Supplier<byte[]> maker) {
            this.name = name;
            this.maker = maker;
        }

        synchronized byte[] now() {
            long now = nanoTime.getAsLong();
            if (last.length == 0 || now - madeAt >= KEPT.toNanos()) {
                last = make();
                madeAt = now;
            }
            return last;
        }

        private byte[] make() {
            try {
                byte[] made = maker.get();
                if (made.length <= LONGEST) {
                    return made;
                }
                log.warn(
                        "the report {} has {} bytes, expected at most {}: no member gets it",
                        name,
                        made.length,
                        LONGEST);
            } catch (RuntimeException failed) {
                // A peer would log the failure as its own.
                log.warn("the report {} cannot be made: {}", name, failed.toString(), failed);
            }
            return NONE;
        }
    }

    /** A question for a report; runs at the member, which has none before it has begun. */
    static final class Question implements Callable<byte[]>, HazelcastInstanceAware {

        private final String report;
        private @Nullable HazelcastInstance asked;

        Question(String report) {
            this.report = report;
        }

        @Override
        public void setHazelcastInstance(HazelcastInstance instance) {
            asked = instance;
        }

        @Override
        public byte[] call() {
            return asked != null && asked.getUserContext().get(NAME) instanceof PeerReports reports
                    ? reports.own(report)
                    : NONE;
        }
    }

    private static final class QuestionSerializer implements CompactSerializer<Question> {

        @Override
        public Question read(CompactReader reader) {
            String report = reader.readString("report");
            return new Question(report == null ? "" : report);
        }

        @Override
        public void write(CompactWriter writer, Question question) {
            writer.writeString("report", question.report);
        }

        @Override
        public String getTypeName() {
            return "report-question";
        }

        @Override
        public Class<Question> getCompactClass() {
            return Question.class;
        }
    }
}
