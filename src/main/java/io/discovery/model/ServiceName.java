package io.discovery.model;

/** The name of a service: one path segment, so any text that is not empty and has no slash (seed: routes). */
public record ServiceName(String text) implements Comparable<ServiceName> {

    /**
     * @throws RegistryException.InvalidParameter if the text is empty or has a slash
     */
    public ServiceName {
        if (text.isEmpty() || text.indexOf('/') >= 0) {
            throw new RegistryException.InvalidParameter("service", text, "a name that is not empty and has no slash");
        }
        text = StringPool.of(text);
    }

    @Override
    public int compareTo(ServiceName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
