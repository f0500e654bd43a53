package io.discovery.reconciliation;

/** How what a comparison found comes into this member's copy: nobody is to take a part of a list for the list. */
public interface Learning {

    /**
     * Runs {@code merging}, which brings so many registrations, or fails if this is no moment for it; then the comparison is to
     * be made again.
     */
    void inOneGo(int registrations, Runnable merging);
}
