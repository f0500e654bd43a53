package io.discovery.config;

import io.discovery.model.RedactedUrl;
import java.util.Set;
import java.util.regex.Pattern;

/** The value of a setting as messages show it: redacted, since any setting may have been given another one's value. */
final class ShownValue {

    /** The settings that name a file with a secret, or stand beside such: the file's content may have been given. */
    private static final Set<Setting> FILES = Set.of(
            Setting.TLS_CERT,
            Setting.TLS_KEY,
            Setting.TLS_CLIENT_CA,
            Setting.AUTH_FILE,
            Setting.AUTH_JWT_CA,
            Setting.CLUSTER_CONFIG,
            Setting.CLUSTER_SECRET_FILE,
            Setting.CLUSTER_TLS_CERT,
            Setting.CLUSTER_TLS_KEY,
            Setting.CLUSTER_TLS_CA);

    private static final int LONGEST_PATH = 200;
    /**
     * A stretch as secrets and keys have it, and names of files hardly do: hexadecimal, or base 64, in which a slash is
     * one of 64 characters.
     */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9+=]{24}|[+=]");

    private ShownValue() {}

    static String of(Setting setting, String given) {
        if (!FILES.contains(setting) || given.isEmpty() || isPath(given)) {
            return "'" + RedactedUrl.of(given) + "'";
        }
        return "a text of " + given.length() + " characters that is not shown";
    }

    private static boolean isPath(String text) {
        return text.length() <= LONGEST_PATH
                && text.lines().count() == 1
                && (text.contains("/") || text.contains("."))
                && !text.contains("-----BEGIN")
                && !SECRET.matcher(text).find();
    }
}
