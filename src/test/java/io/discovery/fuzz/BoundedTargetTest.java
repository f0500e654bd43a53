package io.discovery.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedTargetTest {

    private long heap;
    private long nanos;
    private int readings;

    @Test
    void whatATargetThrowsIsAFinding() {
        assertThatThrownBy(() -> read(() -> {
                    throw new IllegalStateException("odd");
                }))
                .hasMessage("odd");
    }

    @Test
    void anInputThatTakesTooMuchHeapIsAFinding() {
        assertThatThrownBy(() -> read(() -> heap += 503_001))
                .isInstanceOf(AssertionError.class)
                .hasMessage("3 bytes took 503001 bytes of heap, expected at most 503000");
        assertThatCode(() -> read(() -> heap += 503_000)).doesNotThrowAnyException();
    }

    @Test
    void anInputThatTakesTooLongIsAFinding() {
        assertThatThrownBy(() -> read(() -> nanos += 1_000_000_001))
                .isInstanceOf(AssertionError.class)
                .hasMessage("3 bytes took 1000000001 ns, expected at most 1000000000");
        assertThatCode(() -> read(() -> nanos += 1_000_000_000)).doesNotThrowAnyException();
    }

    @Test
    void anInputThatTakesTooMuchTheFirstTimeAloneIsNoFinding() {
        assertThatCode(() -> read(() -> heap += readings == 1 ? 1_000_000 : 1)).doesNotThrowAnyException();
    }

    private void read(Runnable parser) throws Exception {
        FuzzTarget target = new FuzzTarget() {
            @Override
            public List<byte[]> seeds() {
                return List.of();
            }

            @Override
            public void read(byte[] input) {
                readings++;
                parser.run();
            }
        };
        new BoundedTarget(target, 1, () -> heap, () -> nanos).read(new byte[3]);
    }
}
