package io.discovery.simulation;

/** The end of a call: the member that made it has died or stands still, or the one that was asked does not answer. */
final class Gone extends RuntimeException {

    private static final long serialVersionUID = 1;

    Gone(String who) {
        super(who + " does not answer", null, false, false);
    }
}
