package io.discovery.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's change of one registration, as a pure function of the stored registration. The caller captures the
 * version; the change applies only above the versions that it would replace. Idempotent: it recognises its own version.
 */
public sealed interface Change {

    /**
     * Applies the change.
     *
     * @param stored the stored registration of the instance, or null if there is none
     */
    Outcome applyTo(@Nullable Registration stored);

    InstanceKey key();

    Version version();

    /** Returns the same change at a later version. */
    Change at(Version later);

    /** Result of a change. */
    sealed interface Outcome {

        /** The applied change, as the new registration. */
        record Applied(Registration registration) implements Outcome {}

        /** A newer version in the registry; try again with a version above {@code stored}. */
        record Stale(Version stored) implements Outcome {}

        /** A registration that would exceed {@link Limits} with this many bytes. */
        record TooLarge(int bytes) implements Outcome {}

        /** A version that lies in the future of the clock of the key's owner: the clock that made it is wrong. */
        record Ahead() implements Outcome {}

        /** An instance that is not listed. */
        record Absent() implements Outcome {}
    }

    /**
     * Registration or heartbeat of an instance. Port, revision and repo are replaced; tags are merged: the sent tags
     * overwrite, the others stay (seed, POST /v1/registration), and so do additions. An instance that was no longer
     * listed starts afresh: the change records a deregistration just below the check-in, so that the old tags and
     * additions stay gone in every later merge.
     *
     * @param tags JSON text by key
     * @param lease by which instances were listed where the request came in: with overtime under expiry protection
     */
    record Register(
            InstanceKey key,
            Version version,
            int port,
            String revision,
            String repo,
            Map<String, String> tags,
            Lease lease)
            implements Change {

        public Register {
            tags = Map.copyOf(tags);
        }

        public Register(InstanceKey key, Version version, InstanceDetails details, Lease lease) {
            this(key, version, details.port(), details.revision(), details.repo(), details.tags(), lease);
        }

        @Override
        public Outcome applyTo(@Nullable Registration stored) {
            CheckIn checkIn = new CheckIn(version, port, revision, repo);
            Registration sent = new Registration(key, checkIn, Tags.of(tags, version), null);
            if (stored == null) {
                return new Outcome.Applied(sent);
            }
            if (stored.checkIn() != null && stored.checkIn().version().equals(version)) {
                return new Outcome.Applied(stored);
            }
            Version newest = newestReplaced(stored);
            if (!version.isAfter(newest)) {
                return new Outcome.Stale(newest);
            }
            Registration base =
                    isReturnTo(stored) ? new Registration(key, null, Tags.NONE, version.predecessor()) : stored;
            return grown(stored, Registration.merge(Registration.merge(stored, base), sent));
        }

        /**
         * Rejects a registration above the limit, unless it was too large before, say by a merge, and does not grow.
         */
        private static Outcome grown(Registration stored, Registration result) {
            int size = Limits.size(result);
            return size > Limits.REGISTRATION && size > Limits.size(stored)
                    ? new Outcome.TooLarge(size)
                    : new Outcome.Applied(result);
        }

        private Version newestReplaced(Registration stored) {
            Version newest = new Version(Long.MIN_VALUE, Long.MIN_VALUE);
            if (stored.checkIn() != null) {
                newest = stored.checkIn().version();
            }
            if (stored.deregistration() != null) {
                newest = Version.max(newest, stored.deregistration());
            }
            for (Tag tag : stored.tags().list()) {
                newest = tags.containsKey(tag.key()) ? Version.max(newest, tag.version()) : newest;
            }
            return newest;
        }

        @Override
        public Register at(Version later) {
            return new Register(key, later, port, revision, repo, tags, lease);
        }

        /** Returns whether the host comes back after its lease had ended: it loses its weight and tags then. */
        public boolean isReturnTo(@Nullable Registration known) {
            CheckIn checkIn = known == null ? null : known.checkIn();
            return checkIn != null && !lease.isListed(checkIn, version.micros());
        }

        /**
         * Returns the same change as it counts while it is uncertain whether the host had gone: a tag kept by mistake is
         * better than a lost weight of an operator.
         */
        public Register keepingWeightAndTags() {
            return new Register(key, version, port, revision, repo, tags, lease.withRetention());
        }
    }

    /**
     * An operator's weight for an instance. Neither revives it nor renews its lease (seed, POST /v1/loadbalancing).
     *
     * @param lease as in {@link Register}
     */
    record SetWeight(InstanceKey key, Version version, Weight weight, Lease lease) implements Change {

        @Override
        public Outcome applyTo(@Nullable Registration stored) {
            Tag tag = new Tag(Weight.TAG, Integer.toString(weight.value()), version);
            if (stored == null || stored.tags().list().contains(tag)) {
                return stored == null ? new Outcome.Absent() : new Outcome.Applied(stored);
            }
            CheckIn checkIn = stored.checkIn();
            if (checkIn == null || !lease.isListed(checkIn, version.micros())) {
                return new Outcome.Absent();
            }
            Version newest = newestReplaced(stored);
            if (newest != null && !version.isAfter(newest)) {
                return new Outcome.Stale(newest);
            }
            Registration weighed = new Registration(key, checkIn, new Tags(List.of(tag)), null);
            return new Outcome.Applied(Registration.merge(stored, weighed));
        }

        private static @Nullable Version newestReplaced(Registration stored) {
            return stored.tags().find(Weight.TAG).map(Tag::version).orElse(stored.deregistration());
        }

        @Override
        public SetWeight at(Version later) {
            return new SetWeight(key, later, weight, lease);
        }
    }

    /**
     * Removal of a listed instance on request.
     *
     * @param lease as in {@link Register}
     */
    record Deregister(InstanceKey key, Version version, Lease lease) implements Change {

        @Override
        public Outcome applyTo(@Nullable Registration stored) {
            if (stored == null) {
                return new Outcome.Absent();
            }
            if (version.equals(stored.deregistration())) {
                return new Outcome.Applied(stored);
            }
            if (stored.checkIn() == null || !lease.isListed(stored.checkIn(), version.micros())) {
                return new Outcome.Absent();
            }
            Version newest = stored.lastVersion();
            return version.isAfter(newest)
                    ? new Outcome.Applied(new Registration(key, null, Tags.NONE, version))
                    : new Outcome.Stale(newest);
        }

        @Override
        public Deregister at(Version later) {
            return new Deregister(key, later, lease);
        }
    }
}
