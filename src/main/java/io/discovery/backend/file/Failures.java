package io.discovery.backend.file;

import java.nio.file.Path;
import java.sql.SQLException;

/** Messages for SQLite's result codes: what happened to the file, and what helps. */
final class Failures {

    /** The primary result codes of SQLite (sqlite.org/rescode.html). */
    private static final int BUSY = 5;

    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NOT_A_DATABASE = 26;

    private static final int PRIMARY = 0xff;

    private Failures() {}

    static boolean isDamage(SQLException failure) {
        int code = failure.getErrorCode() & PRIMARY;
        return code == CORRUPT || code == NOT_A_DATABASE;
    }

    static String explain(Path file, SQLException failure) {
        String what = switch (failure.getErrorCode() & PRIMARY) {
            case BUSY -> "is locked by another program, which must let go of it";
            case READ_ONLY -> "cannot be written: the file, its directory or its disk is read-only";
            case IO_ERROR -> "cannot be read or written: the disk, or the file system, reports an error";
            case CORRUPT, NOT_A_DATABASE -> "is damaged";
            case FULL -> "cannot grow: its disk is full";
            case CANNOT_OPEN -> "cannot be opened: it is missing, or its directory does not permit it";
            default -> "cannot be used";
        };
        return file + " " + what + " (" + failure.getMessage() + ")";
    }
}
