package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.ContentVersion;
import org.junit.jupiter.api.Test;

class ResourceVersionsTest {

    private static final String NO_HOST = ContentVersion.EMPTY.toString();

    /** A client that asks for another service by REST would be told that it has it. */
    @Test
    void twoServicesWithoutHostsHaveTwoVersionsAndNoneHasAThird() {
        assertThat(versions("a")).isNotEqualTo(versions("b"));
        assertThat(versions("a")).isNotEqualTo(new ResourceVersions().version());
        assertThat(versions("a")).isEqualTo(versions("a"));
    }

    @Test
    void oneServiceWithHostsHasItsOwnVersion() {
        ResourceVersions versions = new ResourceVersions();
        versions.put("a", "7");

        assertThat(versions.version()).isEqualTo("7");
    }

    private static String versions(String name) {
        ResourceVersions versions = new ResourceVersions();
        versions.put(name, NO_HOST);
        return versions.version();
    }
}
