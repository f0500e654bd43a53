package io.discovery.cluster;

/** A failure to join the cluster or to stay in it; the message is for the operator who starts the member. */
public final class ClusterException extends RuntimeException {

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
