package io.discovery.http;

import io.discovery.auth.AuthException;
import io.discovery.auth.Client;
import io.discovery.auth.ClientLimits;
import io.discovery.auth.ClientSource;
import io.discovery.model.AddressBits;
import io.discovery.model.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * The client of a request, and where it comes from.
 *
 * @param control counts what the client sends
 */
public record Caller(Client client, HttpServerRequest request, ClientControl control) implements ClientSource {

    @Override
    public String network() {
        String proven = address().proven();
        return IpAddress.parse(proven)
                .map(AddressBits::of)
                .filter(AddressBits::isIpv6)
                .map(bits -> bits.ownNetwork().toString())
                .orElse(proven);
    }

    @Override
    public boolean isGone() {
        return request.response().closed();
    }

    /** Returns the address of the client, of which the headers are read now: most endpoints have no need of it. */
    public ClientAddress address() {
        return control.address(request);
    }

    /** Returns the limits of the client, as AUTH_FILE has them now. */
    public ClientLimits limits() {
        return control.limits(client);
    }

    /** Counts, logs and audits the refusal of a part of a request, which concerns a service. */
    public void refused(String service, AuthException refusal) {
        control.refused(request, List.of(service), refusal, Integer.toString(ErrorResponses.statusOf(refusal)));
    }

    /** Counts the writes of a request that holds several, beside the first: they delay the client's next. */
    public void countMore(int writes) {
        control.countMore(this, writes);
    }
}
