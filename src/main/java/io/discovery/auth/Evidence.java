package io.discovery.auth;

/**
 * A line of AUTH_FILE that a client's proof has matched.
 *
 * @param entry the hash of a token or password, the name in a certificate, or the claims of a JWT
 */
record Evidence(Proof proof, String entry) {

    static final Evidence NONE = new Evidence(Proof.NONE, "");

    /** Leaves out the hash, which is not for logs. */
    @Override
    public String toString() {
        return proof.text();
    }
}
