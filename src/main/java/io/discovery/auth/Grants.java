package io.discovery.auth;

/**
 * Rights of an identity.
 *
 * @param read services that it may read, beside those that it may write
 * @param write services whose hosts it may register and remove, and whose weights it may set
 * @param isAdmin whether it may do all that, of all services, and read what concerns the cluster and other clients
 */
public record Grants(ServicePatterns read, ServicePatterns write, boolean isAdmin) {

    public static final Grants NONE = new Grants(ServicePatterns.NONE, ServicePatterns.NONE, false);
    public static final Grants READ_ALL = new Grants(ServicePatterns.ALL, ServicePatterns.NONE, false);
    public static final Grants WRITE_ALL = new Grants(ServicePatterns.ALL, ServicePatterns.ALL, false);
    public static final Grants ALL = new Grants(ServicePatterns.ALL, ServicePatterns.ALL, true);

    public boolean mayRead(String service) {
        return isAdmin || read.contains(service) || write.contains(service);
    }

    /** Returns whether it may read what shows all services together. */
    public boolean mayReadAll() {
        return isAdmin || read.isAll() || write.isAll();
    }

    /** Returns whether there may be a service that it may read. */
    public boolean mayReadSome() {
        return isAdmin || !read.isEmpty() || !write.isEmpty();
    }

    /** Returns the services that it may write. */
    public ServicePatterns written() {
        return isAdmin ? ServicePatterns.ALL : write;
    }

    public boolean mayWrite(String service) {
        return isAdmin || write.contains(service);
    }

    /** Returns whether there may be a service that it may write. */
    public boolean mayWriteSome() {
        return isAdmin || !write.isEmpty();
    }
}
