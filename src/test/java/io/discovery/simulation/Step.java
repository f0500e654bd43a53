package io.discovery.simulation;

/** A step of a history at its time, in milliseconds since all members are open. */
record Step(long millis, Action action) {}
