package io.discovery.auth;

import java.util.Locale;

/** Kinds of proof by which clients show who they are. */
public enum Proof {
    NONE,
    TOKEN,
    PASSWORD,
    CERTIFICATE,
    JWT;

    /** Returns the spelling in logs. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
