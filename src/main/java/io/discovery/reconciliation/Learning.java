package io.discovery.reconciliation;

/**
 * The way in which findings of a comparison come into this member's copy: no client may take a part of a list for the
 * whole.
 */
public interface Learning {

    /**
     * Runs {@code merging}, which brings so many registrations, or fails if this is no moment for it; then the
     * comparison is to be repeated.
     */
    void inOneGo(int registrations, Runnable merging);
}
