package io.discovery.subscription;

/** That somebody is told of changes; ends with {@link #close}, after which at most a call that is under way comes. */
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
