package io.discovery.history;

/** A broken promise. */
public record Violation(Promise promise, String what) {}
