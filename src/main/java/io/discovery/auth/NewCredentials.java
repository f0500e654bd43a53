package io.discovery.auth;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** New credentials, with the lines of AUTH_FILE that make them those of an identity. */
public final class NewCredentials {

    private NewCredentials() {}

    /**
     * Returns whether a text may be the name of an identity.
     *
     * @param hasPassword whether it needs to be a user's too, which has no colon
     */
    public static boolean isName(String text, boolean hasPassword) {
        return AuthEntry.isName(text) && !(hasPassword && text.contains(":"));
    }

    /** Makes a token, and returns the text for the person who asked: the token is shown this once. */
    public static String token(String name) {
        String token = TokenHash.newToken();
        return "The token, which is shown only now. Clients send it as Authorization: Bearer TOKEN\n\n    " + token
                + "\n\nThe lines for AUTH_FILE, which hold its hash; add what " + name + " may do:\n\n"
                + entry(name, "tokens", TokenHash.of(token).hex());
    }

    /** Returns the text for the person who has typed a password. */
    public static String password(String name, String password) {
        return "The lines for AUTH_FILE, which hold the password's hash; add what " + name + " may do:\n\n"
                + entry(name, "passwords", PasswordHash.of(password));
    }

    private static String entry(String name, String kind, String hash) {
        return "  - name: \"" + name + "\"\n    " + kind + ": [\"" + hash + "\"]\n    read: [\"*\"]\n";
    }

    /**
     * Reads a password.
     *
     * @param console a terminal, which then does not show the password; null if the input comes from elsewhere
     * @throws IOException if there is no line
     */
    public static String typed(@Nullable Console console, InputStream input) throws IOException {
        String line;
        if (console == null) {
            line = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8)).readLine();
        } else {
            char[] typed = console.readPassword("Password: ");
            line = typed == null ? null : new String(typed);
        }
        if (line == null || line.isEmpty()) {
            throw new IOException("it is empty");
        }
        return line;
    }
}
