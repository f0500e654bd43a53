package io.discovery.clients;

import io.discovery.testing.GrpcCaller;

/** Clients of gRPC for Node call registered instances. */
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
