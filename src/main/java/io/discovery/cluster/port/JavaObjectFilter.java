package io.discovery.cluster.port;

import java.io.ObjectInputFilter;
import java.util.Set;

/**
 * Which objects the process reads that Java has serialized: of all that members send, only failures come so. Whoever reaches the
 * members' port could send others, and a set of sets of sets takes longer to read than the member would live. Limits of the whole
 * process, unless the operator has set {@code jdk.serialFilter}.
 */
public final class JavaObjectFilter implements ObjectInputFilter {

    /** A failure with causes and those it suppressed, each with a stack trace. */
    private static final int MOST_DEPTH = 30;

    private static final int MOST_REFERENCES = 50_000;
    private static final int MOST_BYTES = 4_000_000;
    private static final int MOST_ELEMENTS = 10_000;

    /** Beside failures themselves: what they are made of. */
    private static final Set<String> PARTS = Set.of(
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

    private JavaObjectFilter() {}

    /** Sets the process's filter, before anything is read; where there is one already, it stays. */
    public static void install() {
        if (Config.getSerialFilter() == null) {
            Config.setSerialFilter(new JavaObjectFilter());
        }
    }

    /** One that is not installed. */
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
        return isAllowed(type) ? Status.ALLOWED : Status.REJECTED;
    }

    private static boolean isAllowed(Class<?> type) {
        if (type.isArray()) {
            return isAllowed(type.getComponentType());
        }
        return type.isPrimitive() || Throwable.class.isAssignableFrom(type) || PARTS.contains(type.getName());
    }
}
