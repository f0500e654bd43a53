package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A path is what it was, once it is decoded and encoded again, and it is never decoded twice. */
class RequestPathProperties {

    @Property
    void anEncodedPathIsDecodedToTheSame(@ForAll String path) {
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(path));

        String encoded = RequestPath.encode(path);

        assertThat(RequestPath.decode(encoded)).isEqualTo(path);
        assertThat(encoded).matches("[!-~]*").doesNotContain("?", "#");
        assertThat(encoded.chars().filter(c -> c == '/').count())
                .isEqualTo(path.chars().filter(c -> c == '/').count());
    }

    @Example
    void aPathIsDecodedOnceAndAsAWhole() {
        assertThat(RequestPath.decode("/a%20b%2f%C3%A9/%252F")).isEqualTo("/a b/\u00e9/%2F");
        assertThat(RequestPath.encode("/a b/\u00e9/%2F")).isEqualTo("/a%20b/%C3%A9/%252F");
    }

    @Example
    void ordinaryPathsStayAsTheyAre() {
        assertThat(RequestPath.encode("/v3/discovery:endpoints/a+b;c=d&e"))
                .isEqualTo("/v3/discovery:endpoints/a+b;c=d&e");
    }
}
