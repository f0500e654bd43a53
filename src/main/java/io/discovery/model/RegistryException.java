package io.discovery.model;

import java.util.List;

/**
 * A failure of the registry to do what a client asked: one subclass for each reason, with its data. The HTTP side's one
 * table maps them to responses.
 */
public abstract sealed class RegistryException extends RuntimeException {

    RegistryException(String message) {
        // No stack trace: these are responses, created at the rate of the requests.
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** A missing or invalid field. Nothing was changed. */
    public static final class InvalidParameter extends RegistryException {
        private final String given;
        private final String expected;

        public InvalidParameter(String field, String given, String expected) {
            super(field + ": given '" + shortened(given) + "', expected " + expected);
            this.given = given;
            this.expected = expected;
        }

        public String given() {
            return shortened(given);
        }

        public String expected() {
            return expected;
        }
    }

    /** An instance that is not listed. Nothing was changed. */
    public static final class NotListed extends RegistryException {
        public NotListed(ServiceName service, String instance) {
            super("no host " + shortened(instance) + " is registered for service " + shortened(service.text()));
        }
    }

    /** An address with several instances where one is meant. Nothing was changed. */
    public static final class SeveralInstances extends RegistryException {

        public SeveralInstances(IpAddress address, List<InstanceKey> instances) {
            super("ip_address: given '" + address + "', which has several ports; expected one of "
                    + String.join(
                            ", ", instances.stream().map(InstanceKey::instance).toList()));
        }
    }

    /** A change with an unknown outcome: the registry did not finish in time, or lost a member meanwhile. */
    public static final class OutcomeUnknown extends RegistryException {
        public OutcomeUnknown(String why) {
            super("outcome unknown: " + why + "; the change may or may not take effect, and is safe to send again");
        }
    }

    /** A registration that, with its existing tags, would exceed {@link Limits}. Nothing was changed. */
    public static final class TooLarge extends RegistryException {
        public TooLarge(int bytes) {
            super("tags: given ones that make a registration of " + bytes
                    + " bytes of those there are, expected at most " + Limits.REGISTRATION
                    + "; removing the host drops its old tags");
        }
    }

    /** A member with more work than it can finish in time, or than it has memory for. Nothing was changed. */
    public static final class Overloaded extends RegistryException {
        public Overloaded(int inFlight) {
            this(inFlight + " changes are under way; nothing was changed, send it again");
        }

        /** @param why the exhausted resource, and what to do */
        public Overloaded(String why) {
            super("overloaded: " + why);
        }
    }

    /** A new host where there are as many as the settings allow. Nothing was changed. */
    public static final class Full extends RegistryException {
        /** @param given number of what there is, with its name */
        public Full(String given, String expected) {
            super(
                    "full: given " + given + ", expected " + expected
                            + "; nothing was changed. Hosts that are known are renewed, weighed and removed, and may come back");
        }
    }

    /** A member that does not answer yet, or no longer. Nothing was changed. */
    public static final class NotReady extends RegistryException {
        public NotReady(String why) {
            super("not ready: " + why);
        }
    }

    private static String shortened(String text) {
        int longest = 200;
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
