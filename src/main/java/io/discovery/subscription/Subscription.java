package io.discovery.subscription;

/** A subscription to changes; ends with {@link #close}, after which at most a call that is under way arrives. */
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
