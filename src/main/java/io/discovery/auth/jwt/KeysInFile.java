package io.discovery.auth.jwt;

import io.discovery.process.FileStamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keys in a file. */
record KeysInFile(Path file) implements KeyPlace {

    @Override
    public Object stamp() {
        return FileStamp.of(file);
    }

    @Override
    public byte[] read() {
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] text = bytes.readNBytes(JsonWebKeys.MOST_BYTES + 1);
            if (text.length > JsonWebKeys.MOST_BYTES) {
                throw new KeysUnusableException(
                        "more than " + JsonWebKeys.MOST_BYTES + " bytes, expected at most that many");
            }
            return text;
        } catch (IOException unreadable) {
            throw new KeysUnusableException("the file cannot be read", unreadable);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
