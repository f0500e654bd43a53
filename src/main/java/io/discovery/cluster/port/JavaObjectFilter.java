package io.discovery.cluster.port;

import java.io.ObjectInputFilter;
import java.util.Set;

/**
 * A filter of the Java-serialized objects that the process reads. Members send only failures in that form. Any client
 * that reaches the members' port could send others, and reading a set of sets of sets takes longer than the member
 * would live. The limits hold for the whole process, unless the operator has set {@code jdk.serialFilter}.
 */
public final class JavaObjectFilter implements ObjectInputFilter {

    /** Maximum depth of an object: a failure with causes and suppressed failures, each with a stack trace. */
    private static final int MOST_DEPTH = 30;

    private static final int MOST_REFERENCES = 50_000;
    private static final int MOST_BYTES = 4_000_000;
    private static final int MOST_ELEMENTS = 10_000;

    /** Classes that are allowed beside failures: the parts of failures. */
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
        return isAllowed(type) ? Status.ALLOWED : Status.REJECTED;
    }

    private static boolean isAllowed(Class<?> type) {
        if (type.isArray()) {
            return isAllowed(type.getComponentType());
        }
        return type.isPrimitive() || Throwable.class.isAssignableFrom(type) || PARTS.contains(type.getName());
    }
}
