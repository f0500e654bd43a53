package io.discovery.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The end of a stream whose member stands still: nothing else would wake the thread that reads it. */
final class SilenceWatch implements AutoCloseable {

    private final Thread thread;
    private final long silence;
    private volatile long heard = System.nanoTime();

    /** @param body closed after so much silence */
    SilenceWatch(Duration silence, InputStream body) {
        this.silence = silence.toNanos();
        this.thread = new Thread(() -> watch(body), "silence");
        thread.setDaemon(true);
        thread.start();
    }

    void heard() {
        heard = System.nanoTime();
    }

    private void watch(InputStream body) {
        try {
            long left = silence;
            while (left > 0) {
                Thread.sleep(Duration.ofNanos(left).toMillis() + 1);
                left = heard + silence - System.nanoTime();
            }
            body.close();
        } catch (InterruptedException | IOException ended) {
            // The stream has ended by itself.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
