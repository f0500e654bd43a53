package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.GrpcCaller;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients of gRPC for Java call registered instances. */
@Tag("long")
class GrpcJavaIT extends GrpcClientContract {

    @Override
    GrpcCaller start(int member) {
        return GrpcCaller.java(member);
    }

    @Test
    void theProgramHasNothingOfIt() throws IOException {
        try (ZipFile program = new ZipFile("target/discovery.jar")) {
            assertThat(program.stream().map(ZipEntry::getName))
                    .contains("io/discovery/Main.class")
                    .noneMatch(name -> name.startsWith("io/grpc/"));
        }
    }
}
