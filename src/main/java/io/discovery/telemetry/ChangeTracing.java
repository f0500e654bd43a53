package io.discovery.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * The spans of changes, at the member that a client asked and at those that keep copies. A member that does not trace has
 * none. Thread-safe; never blocks.
 */
public interface ChangeTracing {

    /** A member's part in a change. */
    enum Step {
        /** The owner of the key applies the change. */
        OWNER,
        /** A backup takes the owner's result. */
        BACKUP
    }

    /** The span of a change that is on its way to the owner of its key and back. */
    interface ChangeSpan {

        /** Returns the trace, to be sent to the owner beside the change: a traceparent of W3C Trace Context. */
        String trace();

        /** Ends the span, when owner and backup hold the change or the change has failed. */
        void end(@Nullable Throwable failure);
    }

    /**
     * Begins the span of a change of the request in whose context this is called.
     *
     * @param service the service that changes
     * @param owner the address of the member that owns the key; empty if unknown
     * @param backup the address of the member with the backup that acknowledges; empty if there is none
     * @return null if the request is not sampled, or has changed so much that this is left out
     */
    @Nullable
    ChangeSpan begin(String service, String owner, String backup);

    /** Returns whether the request in whose context this is called is sampled. */
    boolean isSampled();

    /**
     * Runs a step as a span.
     *
     * @param trace as {@link ChangeSpan#trace} has made it, at any member
     */
    void step(Step step, String trace, Runnable work);

    /** Returns the trace of the step that the calling thread runs, to be sent on; empty if there is none. */
    String trace();

    /** Runs, as a span of the request in whose context this is called, what shows a change to this member's readers. */
    void show(Runnable work);
}
