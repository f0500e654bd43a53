package io.discovery.connections;

/** A client with something to read, on a connection or on one HTTP/2 stream. */
interface SlowReader {

    /** Ends the client's connection or stream if it reads too slowly. */
    void lookAtReading(long now);

    /** Ends the client's connection or stream to make room. */
    void makeRoom();
}
