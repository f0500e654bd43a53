package io.discovery.auth;

import io.discovery.auth.jwt.VerifiedToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The identities of AUTH_FILE, to be found by their proofs. Immutable. */
public final class Identities {

    private final Map<TokenHash, Client> tokens = new HashMap<>();
    private final Map<String, Client> certificates = new HashMap<>();
    private final Map<String, List<Client>> passwords = new HashMap<>();
    private final Map<Claims, Client> claims = new LinkedHashMap<>();
    private final Set<Client> all = new HashSet<>();
    private final Map<String, ClientLimits> limits = new HashMap<>();
    private final ClientLimits limitsOfOthers;
    private final int count;

    /**
     * @param entries without proofs that two of them share
     * @param limitsOfOthers those of identities that have none, and of addresses without one
     */
    Identities(List<AuthEntry> entries, ClientLimits limitsOfOthers) {
        this.limitsOfOthers = limitsOfOthers;
        this.count = entries.size();
        for (AuthEntry entry : entries) {
            Identity identity = entry.identity();
            for (String hex : entry.tokens()) {
                tokens.put(TokenHash.ofHex(hex), known(identity, Proof.TOKEN, hex));
            }
            for (String name : entry.certificates()) {
                certificates.put(asInCertificates(name), known(identity, Proof.CERTIFICATE, name));
            }
            limits.put(identity.name(), entry.limits() == null ? limitsOfOthers : entry.limits());
            List<Client> hashes = new ArrayList<>();
            entry.passwords().forEach(hash -> hashes.add(known(identity, Proof.PASSWORD, hash)));
            passwords.put(identity.name(), List.copyOf(hashes));
            for (Map<String, String> wanted : entry.claims()) {
                claims.put(new Claims(wanted), known(identity, Proof.JWT, wanted.toString()));
            }
        }
    }

    /** Returns a name as {@code PeerNames} has it: a DNS name in lower case, a URI as it is. */
    static String asInCertificates(String name) {
        return name.contains(":") ? name : name.toLowerCase(Locale.ROOT);
    }

    private Client known(Identity identity, Proof proof, String entry) {
        Client client = new Client(identity, new Evidence(proof, entry));
        all.add(client);
        return client;
    }

    /** Returns the number of identities. */
    public int count() {
        return count;
    }

    @Nullable
    Client byToken(TokenHash token) {
        return tokens.get(token);
    }

    /** @param names the alternative names of a certificate that has been verified; the first that is known counts */
    @Nullable
    Client byCertificate(List<String> names) {
        for (String name : names) {
            Client known = certificates.get(name);
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    /** Returns the first identity of the file whose claims a token carries. */
    @Nullable
    Client byClaims(VerifiedToken token) {
        return claims.entrySet().stream()
                .filter(wanted -> wanted.getKey().isIn(token))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Returns what a user may be, by each of its hashes; empty for a user that is not known. */
    List<Client> byUser(String user) {
        return passwords.getOrDefault(user, List.of());
    }

    ClientLimits limitsOf(Client client) {
        return limits.getOrDefault(client.identity().name(), limitsOfOthers);
    }

    /** Returns whether what a client has shown still proves the same identity with the same grants. */
    boolean hold(Client client) {
        return all.contains(client.until(Instant.MAX));
    }
}
