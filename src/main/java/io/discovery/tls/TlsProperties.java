package io.discovery.tls;

/** Properties by which Java's TLS is set for the whole process. A property that is set already stays as it is. */
public final class TlsProperties {

    private TlsProperties() {}

    /** Sets them; to be called before any class of Java's TLS is loaded. */
    public static void set() {
        // Mozilla, "Server Side TLS", "Intermediate". Java would also offer slow and rarely used groups.
        setUnlessGiven("jdk.tls.namedGroups", "x25519,secp256r1,secp384r1");
        // A client could let a member compute one handshake after the other on one connection.
        setUnlessGiven("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private static void setUnlessGiven(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
