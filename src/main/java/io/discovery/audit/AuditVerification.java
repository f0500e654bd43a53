package io.discovery.audit;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The check of an audit log as a command.
 *
 * @param exitCode 0 if the chain is whole, 1 if it is broken or cannot be read
 * @param text the line to print
 */
public record AuditVerification(int exitCode, String text) {

    /** Checks files, which together are one chain, in any order. Blocks. */
    public static AuditVerification of(List<String> names) {
        try {
            List<Path> files = names.stream().map(Path::of).toList();
            return of(ChainCheck.of(files), files.size());
        } catch (IOException | InvalidPathException unreadable) {
            return new AuditVerification(1, "cannot be read: " + unreadable);
        }
    }

    private static AuditVerification of(ChainCheck.Outcome outcome, int files) {
        ChainCheck.Fault fault = outcome.fault();
        if (fault != null) {
            return new AuditVerification(
                    1,
                    "broken: " + fault.file() + ", line " + fault.line() + ": expected " + fault.expected() + "; found "
                            + fault.found()
                            + "\nThis line or the one before it was changed, or lines between them are gone.");
        }
        if (outcome.end().seq() == 0) {
            return new AuditVerification(0, "whole: no line in " + files + " files");
        }
        return new AuditVerification(
                0,
                "whole: lines " + outcome.firstSeq() + " to " + outcome.end().seq() + " in " + files
                        + " files, torn places "
                        + outcome.tornPlaces() + unended(outcome) + "\nThe last line's hash is "
                        + outcome.end().hash());
    }

    private static String unended(ChainCheck.Outcome outcome) {
        return outcome.unendedBytes() == 0
                ? ""
                : "; " + outcome.unendedBytes() + " bytes at the end are not a whole line";
    }
}
