package io.discovery.auth.jwt;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The place of an issuer's public keys. One thread at a time. */
public interface KeyPlace {

    /** Returns the keys in a file. */
    static KeyPlace file(Path file) {
        return new KeysInFile(file);
    }

    /**
     * Returns the keys at an address.
     *
     * @param address http or https
     * @param authorities a PEM file of those that an https address is checked by; empty for those of Java
     */
    static KeyPlace address(URI address, Optional<Path> authorities) {
        return new KeysAtAddress(address, authorities);
    }

    /** Returns what differs if the content has changed, as far as that is known without a reading. */
    Object stamp();

    /**
     * Reads the text. Blocks, for some seconds at most.
     *
     * @throws RuntimeException if it cannot be read, or is too large; the message says why
     */
    byte[] read();

    /** Returns the name of the place for the log, without secrets. */
    @Override
    String toString();
}
