package io.discovery.report;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Directory;
import io.discovery.http.JsonBody;
import java.util.Map;

/** The content of a member's directory in a few facts, which members with equal lists share. */
public final class DirectoryContent {

    private long hosts;
    private int services;
    private ContentVersion version = ContentVersion.EMPTY;

    private DirectoryContent() {}

    /**
     * Returns the numbers of listed hosts and services, and the digest of what clients see of them: the times of
     * heartbeats do not count, which reach members a moment apart. Looks at each listed host.
     */
    public static Map<String, Object> of(Directory directory) {
        DirectoryContent content = new DirectoryContent();
        directory.overview(host -> content.version = content.version.plus(host.version()), (service, counts) -> {
            content.services++;
            content.hosts += counts.listed();
        });
        return JsonBody.ordered(
                "hosts",
                content.hosts,
                "services",
                content.services,
                "content",
                content.version.toString(),
                "registrations",
                directory.size());
    }
}
