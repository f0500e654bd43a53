package io.discovery.cluster;

/** Why this member cannot be part of the cluster; the message is for the person who starts it. */
public final class ClusterException extends RuntimeException {

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
