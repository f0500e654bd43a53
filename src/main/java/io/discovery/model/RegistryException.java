package io.discovery.model;

import java.util.List;

/**
 * Why the registry did not do what it was asked: one subclass a reason, carrying data. What a client is told of it is
 * decided by the HTTP side's one table.
 */
public abstract sealed class RegistryException extends RuntimeException {

    RegistryException(String message) {
        // No stack trace: these are answers, made at the rate of the requests.
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** A field is missing or has a value that cannot be used. Nothing was changed. */
    public static final class InvalidParameter extends RegistryException {
        private final String field;
        private final String given;
        private final String expected;

        public InvalidParameter(String field, String given, String expected) {
            super(field + ": given '" + shortened(given) + "', expected " + expected);
            this.field = field;
            this.given = given;
            this.expected = expected;
        }

        public String field() {
            return field;
        }

        public String given() {
            return shortened(given);
        }

        public String expected() {
            return expected;
        }
    }

    /** No such instance is listed. Nothing was changed. */
    public static final class NotListed extends RegistryException {
        private final ServiceName service;
        private final String instance;

        public NotListed(ServiceName service, String instance) {
            super("no host " + shortened(instance) + " is registered for service " + shortened(service.text()));
            this.service = service;
            this.instance = instance;
        }

        public ServiceName service() {
            return service;
        }

        public String instance() {
            return instance;
        }
    }

    /** An address that has several instances was named where one is meant. Nothing was changed. */
    public static final class SeveralInstances extends RegistryException {

        public SeveralInstances(IpAddress address, List<InstanceKey> instances) {
            super("ip_address: given '" + address + "', which has several ports; expected one of "
                    + String.join(
                            ", ", instances.stream().map(InstanceKey::instance).toList()));
        }
    }

    /** The registry did not answer in time, or lost a member while it worked: the change may or may not have happened. */
    public static final class OutcomeUnknown extends RegistryException {
        public OutcomeUnknown(String why) {
            super("outcome unknown: " + why + "; the change may or may not take effect, and is safe to send again");
        }
    }

    /** With the tags it has already, the registration would be larger than {@link Limits} allow. Nothing was changed. */
    public static final class TooLarge extends RegistryException {
        public TooLarge(int bytes) {
            super("tags: given ones that make a registration of " + bytes
                    + " bytes of those there are, expected at most " + Limits.REGISTRATION
                    + "; removing the host drops its old tags");
        }
    }

    /** The member has more to do than it can finish in time, or has memory for. Nothing was changed. */
    public static final class Overloaded extends RegistryException {
        public Overloaded(int inFlight) {
            this(inFlight + " changes are under way; nothing was changed, send it again");
        }

        /** @param why of what there is too much, and what to do */
        public Overloaded(String why) {
            super("overloaded: " + why);
        }
    }

    /** The member cannot answer yet, or does not any more. Nothing was changed. */
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
