package io.discovery.clients;

import io.discovery.testing.GrpcCaller;

/** gRPC for Node calls what is registered. */
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
