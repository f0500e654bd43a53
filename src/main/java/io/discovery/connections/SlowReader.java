package io.discovery.connections;

/** A client that has something to read: of a connection, or of one stream of HTTP/2. */
interface SlowReader {

    /** Ends it if it reads too slowly. */
    void lookAtReading(long now);

    /** Ends it to make room; it is no reader any more. */
    void makeRoom();
}
