package io.discovery.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An identity as AUTH_FILE has it. Absent lists are empty.
 *
 * @param tokens hashes in hexadecimal
 * @param passwords hashes of {@link PasswordHash}, for the user of this name
 * @param certificates alternative names, DNS names or URIs
 * @param claims each a set of claims that a JWT has to carry
 * @param limits null for those of all identities
 */
record AuthEntry(
        @JsonSetter(nulls = Nulls.AS_EMPTY) String name,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<String> tokens,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<String> passwords,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<String> certificates,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<Map<String, String>> claims,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<String> read,

        @JsonSetter(nulls = Nulls.AS_EMPTY, contentNulls = Nulls.FAIL)
        List<String> write,

        @Nullable ClientLimits limits,
        boolean admin,
        @JsonProperty("self_only") boolean selfOnly) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}");

    AuthEntry {
        tokens = List.copyOf(tokens);
        passwords = List.copyOf(passwords);
        certificates = List.copyOf(certificates);
        claims = List.copyOf(claims);
        read = List.copyOf(read);
        write = List.copyOf(write);
    }

    /** Returns whether a text may be the name of an identity. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    Identity identity() {
        return new Identity(name, new Grants(ServicePatterns.of(read), ServicePatterns.of(write), admin), selfOnly);
    }

    /** Returns all that is wrong with it by itself; no fault repeats a hash. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!isName(name)) {
            faults.add("name: given '" + name
                    + "', expected 1 to 100 letters, digits and . _ : / @ -, a letter or digit first");
        }
        if (!tokens.stream().allMatch(TokenHash::isHex)) {
            faults.add(
                    name + ": given a text that is no hash among its tokens, expected 64 digits 0-9 a-f as --new-token"
                            + " prints them");
        }
        if (!passwords.stream().allMatch(PasswordHash::isOne)) {
            faults.add(
                    name + ": given a text that is no hash among its passwords, expected $pbkdf2$... as --new-password"
                            + " prints it");
        }
        if (!passwords.isEmpty() && name.contains(":")) {
            faults.add(name
                    + ": given a password for a name with a colon, expected a name without: a client sends both with"
                    + " a colon between them");
        }
        if (certificates.stream().anyMatch(String::isBlank)) {
            faults.add(name + ": given an empty text among its certificates, expected a DNS name or a URI");
        }
        if (claims.stream().anyMatch(Map::isEmpty)) {
            faults.add(
                    name + ": given claims without any, expected such as {sub: system:serviceaccount:prod:payments}");
        }
        addPatterns(faults, "read", read);
        addPatterns(faults, "write", write);
        if (tokens.isEmpty() && passwords.isEmpty() && certificates.isEmpty() && claims.isEmpty()) {
            faults.add(name + ": given no proof, expected tokens, passwords, certificates or claims");
        }
        if (!admin && read.isEmpty() && write.isEmpty()) {
            faults.add(name + ": given nothing that it may do, expected read, write or admin");
        }
        if (limits != null) {
            faults.addAll(limits.faults(name));
        }
        return faults;
    }

    private void addPatterns(List<String> faults, String kind, List<String> patterns) {
        for (String pattern : patterns) {
            if (!ServicePatterns.FORM.matcher(pattern).matches()) {
                faults.add(name + ": given '" + pattern + "' under " + kind
                        + ", expected a service's name, or the beginning of names and a star");
            }
        }
    }

    /** Returns all proofs, each in words that no other kind of proof has; equal ones have equal words. */
    List<String> proofs() {
        List<String> proofs = new ArrayList<>();
        tokens.forEach(token -> proofs.add("token " + token));
        certificates.forEach(certificate -> proofs.add("certificate " + Identities.asInCertificates(certificate)));
        claims.forEach(wanted -> proofs.add("claims " + new TreeMap<>(wanted)));
        return proofs;
    }
}
