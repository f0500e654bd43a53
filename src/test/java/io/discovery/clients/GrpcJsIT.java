package io.discovery.clients;

import io.discovery.testing.GrpcCaller;
import org.junit.jupiter.api.Tag;

/** Clients of gRPC for Node call registered instances. */
@Tag("long")
class GrpcJsIT extends GrpcClientContract {

    @Override
    void require() {
        GrpcCaller.requireJs();
    }

    @Override
    GrpcCaller start(int member) {
        return GrpcCaller.js(member);
    }
}
