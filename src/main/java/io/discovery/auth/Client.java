package io.discovery.auth;

import io.discovery.auth.AuthException.NotAllowed;
import io.discovery.auth.AuthException.NotIdentified;
import java.time.Instant;

/**
 * A client of a member, as far as it has shown who it is, and the checks of what it may do.
 *
 * @param until the time from which its proof is void, whatever AUTH_FILE says
 */
public record Client(Identity identity, Evidence evidence, Instant until) {

    /** Creates a client whose proof has no end. */
    Client(Identity identity, Evidence evidence) {
        this(identity, evidence, Instant.MAX);
    }

    /** All clients of a member without AUTH_FILE: they may do all. */
    public static final Client TRUSTED = anonymous(Grants.ALL);

    /** A client that has not shown who it is. */
    public static final Client STRANGER = anonymous(Grants.NONE);

    /** Returns a client that shows no proof. */
    static Client anonymous(Grants grants) {
        return new Client(new Identity("", grants, false), Evidence.NONE);
    }

    /** Returns the client with a proof that has an end. */
    Client until(Instant end) {
        return new Client(identity, evidence, end);
    }

    public Proof proof() {
        return evidence.proof();
    }

    /** @throws AuthException if it may not read the service */
    public void requireRead(String service) {
        if (!identity.grants().mayRead(service)) {
            throw refusal("read the service", service);
        }
    }

    /** @throws AuthException if it may not read what shows all services together */
    public void requireReadAll() {
        if (!identity.grants().mayReadAll()) {
            throw refusal("read all services", "");
        }
    }

    /** @throws AuthException if there is no service that it may read */
    public void requireReadSome() {
        if (!identity.grants().mayReadSome()) {
            throw refusal("read a service", "");
        }
    }

    /** @throws AuthException if it may not change the service */
    public void requireWrite(String service) {
        if (!identity.grants().mayWrite(service)) {
            throw refusal("write the service", service);
        }
    }

    /** @throws AuthException if there is no service that it may change */
    public void requireWriteSome() {
        if (!identity.grants().mayWriteSome()) {
            throw refusal("write a service", "");
        }
    }

    /** @throws AuthException if it may not see the cluster and other clients */
    public void requireAdmin() {
        if (!identity.grants().isAdmin()) {
            throw refusal("do what needs admin", "");
        }
    }

    /**
     * Checks the address of an instance that the client is about to change.
     *
     * @param source the address from which the client comes
     * @throws NotAllowed if the client may change its own instances only, and this is another
     */
    public void requireOwn(String address, String source) {
        if (identity.isSelfOnly() && !address.equals(source)) {
            throw new NotAllowed(
                    this,
                    "given the address " + address + " by " + identity.name() + " at " + source
                            + ", expected its own, because of self_only");
        }
    }

    /** Checks a change of all instances of a service. */
    public void requireOthers() {
        if (identity.isSelfOnly()) {
            throw new NotAllowed(
                    this,
                    "given a change of all hosts by " + identity.name()
                            + ", expected one of the host at its own address, because of self_only");
        }
    }

    /** Returns the refusal of the client because its proof holds no more. */
    public AuthException noLongerHolds() {
        return new NotIdentified("given " + proof().text() + " of " + identity.name()
                + ", which was good when the request came, expected one that still is");
    }

    private AuthException refusal(String action, String service) {
        String wanted = " that may " + action + (service.isEmpty() ? "" : " " + service);
        return proof() == Proof.NONE
                ? new NotIdentified("given no credentials, expected those of an identity" + wanted)
                : new NotAllowed(
                        this, "given " + proof().text() + " of " + identity.name() + ", expected an identity" + wanted);
    }
}
