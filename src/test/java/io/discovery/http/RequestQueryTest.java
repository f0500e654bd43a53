package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.InvalidParameter;
import org.junit.jupiter.api.Test;

class RequestQueryTest {

    @Test
    void fieldsAreDecoded() {
        RequestQuery query = RequestQuery.of("service=a%20b&service=c+d&watch&time=1%2b2");

        assertThat(query.all("service")).containsExactly("a b", "c+d");
        assertThat(query.first("service")).isEqualTo("a b");
        assertThat(query.first("watch")).isEmpty();
        assertThat(query.first("time")).isEqualTo("1+2");
        assertThat(query.first("ip")).isNull();
        assertThat(RequestQuery.of((String) null).fields()).isEmpty();
    }

    @Test
    void textThatIsNoUtf8IsRefused() {
        assertThatThrownBy(() -> RequestQuery.of("service=%ff"))
                .isInstanceOf(InvalidParameter.class)
                .hasMessageContaining("%ff");
    }
}
