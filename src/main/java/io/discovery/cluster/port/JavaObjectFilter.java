package io.discovery.cluster.port;

import java.io.ObjectInputFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A filter of the Java-serialized objects that the process reads. Members send only failures in that form, and the state
 * of the cluster, which halves of several members change before they merge. Any client that reaches the members' port
 * could send others, and reading a set of sets of sets takes longer than the member would live. The limits hold for the
 * whole process, unless the operator has set {@code jdk.serialFilter}.
 */
public final class JavaObjectFilter implements ObjectInputFilter {

    /** Maximum depth of an object: a failure with causes and suppressed failures, each with a stack trace. */
    private static final int MOST_DEPTH = 30;

    private static final int MOST_REFERENCES = 50_000;
    private static final int MOST_BYTES = 4_000_000;
    private static final int MOST_ELEMENTS = 10_000;

    /** Classes that are allowed beside failures: the state of the cluster, and the parts of failures. */
    private static final Set<String> ALLOWED = Set.of(
            "com.hazelcast.cluster.ClusterState",
            "com.hazelcast.version.MemberVersion",
            "java.lang.Boolean",
            "java.lang.Enum",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Object",
            "java.lang.StackTraceElement",
            "java.lang.String",
            "java.util.ArrayList",
            "java.util.CollSer",
            "java.util.Collections$EmptyList",
            "java.util.Collections$UnmodifiableCollection",
            "java.util.Collections$UnmodifiableList",
            "java.util.Collections$UnmodifiableRandomAccessList",
            "java.util.UUID");

    private static final Logger log = LoggerFactory.getLogger(JavaObjectFilter.class);
    /** Number of classes that the log names, since any client may send many. */
    private static final int MOST_TOLD = 20;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private JavaObjectFilter() {}

    /** Sets the process's filter, which must happen before anything is read; an existing filter stays. */
    public static void install() {
        if (Config.getSerialFilter() == null) {
            Config.setSerialFilter(new JavaObjectFilter());
        }
    }

    /** Returns a filter that is not installed. */
    static ObjectInputFilter filter() {
        return new JavaObjectFilter();
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > MOST_DEPTH
                || info.references() > MOST_REFERENCES
                || info.streamBytes() > MOST_BYTES
                || info.arrayLength() > MOST_ELEMENTS) {
            return Status.REJECTED;
        }
        Class<?> type = info.serialClass();
        if (type == null) {
            return Status.UNDECIDED;
        }
        if (isAllowed(type)) {
            return Status.ALLOWED;
        }
        tell(type);
        return Status.REJECTED;
    }

    /** Names each refused class once: a member that sends one has another version, and waits for an answer in vain. */
    private void tell(Class<?> type) {
        if (told.size() < MOST_TOLD && told.add(type.getName())) {
            log.warn(
                    "a Java object of {} was refused: members send no such object, unless their versions differ",
                    type.getName());
        }
    }

    private static boolean isAllowed(Class<?> type) {
        if (type.isArray()) {
            return isAllowed(type.getComponentType());
        }
        return type.isPrimitive() || Throwable.class.isAssignableFrom(type) || ALLOWED.contains(type.getName());
    }
}
