package io.discovery.backend.file;

/**
 * Identity of the registrations in a file, written into the file; a file of another identity is refused, because its
 * rows would become registrations here.
 *
 * @param cluster the name of the cluster (CLUSTER_NAME)
 * @param instanceKey the identity of an instance (INSTANCE_KEY: {@code ip} or {@code ip_port})
 */
public record Identity(String cluster, String instanceKey) {}
