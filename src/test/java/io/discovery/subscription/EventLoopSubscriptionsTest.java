package io.discovery.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many listeners to one service on two event loops. */
@ExtendWith(VertxExtension.class)
class EventLoopSubscriptionsTest {

    private static final ServiceName SERVICE = new ServiceName("payments");
    private static final int LOOPS = 2;
    /** The listeners of a loop, more than it notifies before other tasks have their turn. */
    private static final int OF_A_LOOP = 500;

    private static final int LISTENERS = LOOPS * OF_A_LOOP;

    /** Counts looks at the clock: each read of a list has one. */
    private final AtomicInteger reads = new AtomicInteger();

    /** Runs in the next read of a list on an event loop. */
    private volatile @Nullable Runnable inNextRead;

    private final Directory directory =
            new Directory(Fixtures.LEASE, ExpiryProtection.OFF, this::now, CacheBudget.unlimited());
    private final Subscriptions subscriptions = new Subscriptions(directory, () -> 1);
    private final EventLoopSubscriptions following;
    private final Set<Thread> loops = ConcurrentHashMap.newKeySet();

    EventLoopSubscriptionsTest(Vertx vertx) {
        following = new EventLoopSubscriptions(vertx, directory, subscriptions);
    }

    @Test
    void eachListenerIsToldOnceOfAChangeOnItsEventLoop(Vertx vertx, VertxTestContext test) {
        Checkpoint told = test.checkpoint(LISTENERS);
        AtomicInteger ready = new AtomicInteger();
        Runnable change = () -> {
            directory.merge(Fixtures.registered(Fixtures.key("payments", 1), new Version(1, 1)));
            subscriptions.look();
        };
        follow(vertx, hosts -> {
                    if (hosts == 1) {
                        told.flag();
                    } else if (ready.incrementAndGet() == LISTENERS) {
                        vertx.executeBlocking(() -> {
                            change.run();
                            return null;
                        });
                    }
                })
                .onComplete(test.succeeding(deployed -> {
                    test.verify(() -> {
                        assertThat(following.size()).isEqualTo(LISTENERS);
                        assertThat(loops).hasSize(LOOPS);
                    });
                    subscriptions.look();
                }));
    }

    @Test
    void allListenersEndWhenTheMemberStops(Vertx vertx, VertxTestContext test) {
        Checkpoint ended = test.checkpoint(LISTENERS + 1);
        follow(vertx, hosts -> {}, ended::flag).onComplete(test.succeeding(deployed -> {
            following.close();
            // A request that comes later still.
            vertx.runOnContext(late -> following.here().follow(SERVICE, new Listener(hosts -> {}, ended::flag)));
        }));
    }

    @Test
    void whoFollowsAllAndWhoFollowsOneAreToldUntilTheyLeave(Vertx vertx, VertxTestContext test) {
        List<String> told = new ArrayList<>();
        List<Subscription> subscribed = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    subscribed.add(following.here().followAll(new Listener(hosts -> told.add("all " + hosts))));
                    subscribed.add(following.here().follow(SERVICE, new Listener(hosts -> told.add("one " + hosts))));
                    assertThat(following.size()).isEqualTo(2);
                    register(1);
                },
                () -> {
                    assertThat(told).containsExactlyInAnyOrder("all 1", "one 1");
                    subscribed.get(1).close();
                    subscribed.get(1).close();
                    assertThat(following.size()).as("it has left once").isEqualTo(1);
                    register(2);
                },
                () -> {
                    assertThat(told).endsWith("all 2").hasSize(3);
                    subscribed.get(0).close();
                    subscribed.get(0).close();
                    assertThat(following.size()).isZero();
                    assertThat(subscriptions.size()).as("nobody follows").isZero();
                    register(3);
                },
                () -> assertThat(told).hasSize(3));
    }

    @Test
    void aServiceIsFollowedUntilItsLastListenerHere(Vertx vertx, VertxTestContext test) {
        List<String> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    Subscription first = following.here().follow(SERVICE, new Listener(hosts -> told.add("first")));
                    following.here().follow(SERVICE, new Listener(hosts -> told.add("second")));
                    Subscription all = following.here().followAll(new Listener(hosts -> told.add("all")));
                    following.here().followAll(new Listener(hosts -> told.add("all too")));
                    first.close();
                    all.close();
                    assertThat(following.size()).isEqualTo(2);
                    register(1);
                },
                () -> assertThat(told).containsExactlyInAnyOrder("second", "all too"));
    }

    @Test
    void aChangeWhileListenersAreBeingToldIsToldAsWell(Vertx vertx, VertxTestContext test) {
        List<Integer> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    following.here().follow(SERVICE, new Listener(hosts -> {
                        told.add(hosts);
                        if (hosts == 1) {
                            register(2);
                        }
                    }));
                    register(1);
                },
                () -> {},
                () -> assertThat(told).containsExactly(1, 2));
    }

    @Test
    void aListenerThatFailsKeepsNothingFromTheOthers(Vertx vertx, VertxTestContext test) {
        AtomicInteger told = new AtomicInteger();
        inTurn(
                vertx,
                test,
                () -> {
                    for (int n = 0; n < 3; n++) {
                        following.here().follow(SERVICE, new Listener(hosts -> {
                            told.incrementAndGet();
                            throw new IllegalStateException("a listener's own fault");
                        }));
                    }
                    register(1);
                },
                () -> assertThat(told).hasValue(3));
    }

    @Test
    void anEventLoopHearsOfTheEndOfAHold(Vertx vertx, VertxTestContext test) {
        AtomicReference<Thread> released = new AtomicReference<>();
        inTurn(
                vertx,
                test,
                () -> {
                    following.here().onRelease(() -> released.set(Thread.currentThread()));
                    subscriptions.hold();
                    assertThat(following.here().isHeld()).isTrue();
                    subscriptions.release();
                    assertThat(following.here().isHeld()).isFalse();
                    assertThat(released).as("not at once").hasValue(null);
                },
                () -> assertThat(released).hasValue(Thread.currentThread()));
    }

    /** After the release listeners hear of the changes before it. */
    @Test
    void aChangeThatIsHeldIsToldAtTheRelease(Vertx vertx, VertxTestContext test) {
        List<Integer> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    following.here().follow(SERVICE, new Listener(told::add));
                    register(1);
                    subscriptions.hold();
                },
                () -> {
                    assertThat(told).isEmpty();
                    subscriptions.release();
                },
                () -> assertThat(told).containsExactly(1));
    }

    /** A rebuild, or a standstill, in the middle of a read: the list may lack hosts. */
    @Test
    void aListThatWasReadInARebuildIsNotTold(Vertx vertx, VertxTestContext test) {
        List<Integer> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    following.here().follow(SERVICE, new Listener(told::add));
                    register(1);
                    inNextRead = subscriptions::hold;
                },
                () -> {
                    assertThat(told).isEmpty();
                    subscriptions.release();
                },
                () -> assertThat(told).containsExactly(1));
    }

    @Test
    void eachServiceIsToldOfItsOwnChangesAlone(Vertx vertx, VertxTestContext test) {
        List<String> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    follow("a", told);
                    follow("b", told);
                    register("a", 1);
                    register("b", 1);
                },
                () -> {
                    assertThat(told).containsExactlyInAnyOrder("a", "b");
                    register("b", 2);
                },
                () -> assertThat(told).hasSize(3).endsWith("b"));
    }

    @Test
    void aServiceWithoutListenersKeepsNothingFromTheOthers(Vertx vertx, VertxTestContext test) {
        List<String> told = new ArrayList<>();
        inTurn(
                vertx,
                test,
                () -> {
                    follow("kept", told);
                    List<Subscription> left = new ArrayList<>();
                    for (int n = 0; n < 20; n++) {
                        left.add(follow("left-" + n, told));
                        register("left-" + n, 1);
                    }
                    register("kept", 1);
                    left.forEach(Subscription::close);
                },
                () -> assertThat(told).containsExactly("kept"));
    }

    /** Other tasks of the event loop have their turn in between. */
    @Test
    void manyServicesAreToldInTurns(Vertx vertx, VertxTestContext test) {
        List<String> told = new ArrayList<>();
        vertx.runOnContext(start -> {
            for (int n = 0; n < 250; n++) {
                follow("service-" + n, told);
                register("service-" + n, 1);
            }
            vertx.runOnContext(next -> test.verify(() -> assertThat(told).hasSize(200)));
            EventLoopNotifier here = following.here();
            here.later(() -> here.later(() -> {
                test.verify(() -> assertThat(told).hasSize(250).doesNotHaveDuplicates());
                test.completeNow();
            }));
        });
    }

    @Test
    void aWatchSeesTheFirstDeliveryOfAChange(Vertx vertx, VertxTestContext test) {
        List<String> seen = new ArrayList<>();
        subscriptions.watchDeliveries(new DeliveryWatch() {
            @Override
            public void changed(ServiceName service) {
                seen.add("changed " + service);
            }

            @Override
            public Runnable notifying(ServiceName service) {
                seen.add("notifying " + service);
                return () -> seen.add("notified " + service);
            }
        });
        AtomicInteger told = new AtomicInteger();
        vertx.runOnContext(start -> {
            EventLoopNotifier here = following.here();
            register("nobody", 1);
            for (int n = 0; n < OF_A_LOOP; n++) {
                here.follow(SERVICE, new Listener(hosts -> {
                    if (told.incrementAndGet() == 2) {
                        seen.add("second listener");
                    } else if (told.get() == OF_A_LOOP) {
                        test.verify(() -> assertThat(seen)
                                .containsExactly(
                                        "changed payments",
                                        "notifying payments",
                                        "notified payments",
                                        "second listener"));
                        test.completeNow();
                    }
                }));
            }
            register(1);
        });
    }

    @Test
    void allListenersEndAtOnceAndNewOnesMayCome(Vertx vertx, VertxTestContext test) {
        AtomicInteger ended = new AtomicInteger();
        inTurn(
                vertx,
                test,
                () -> {
                    following.here().follow(SERVICE, new Listener(hosts -> {}, ended::incrementAndGet));
                    following.here().followAll(new Listener(hosts -> {}, ended::incrementAndGet));
                    following.release();
                },
                () -> {
                    assertThat(ended).hasValue(2);
                    following.here().follow(SERVICE, new Listener(hosts -> {}, ended::incrementAndGet));
                },
                () -> assertThat(ended).hasValue(2));
    }

    @Test
    void whenAllAreToldNoListIsReadAnyMore(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(start -> {
            EventLoopNotifier here = following.here();
            here.follow(SERVICE, new Listener(hosts -> {}));
            register(1);
            here.later(() -> {
                int before = reads.get();
                here.later(() -> here.later(() -> {
                    test.verify(() -> assertThat(reads).hasValue(before));
                    test.completeNow();
                }));
            });
        });
    }

    @Test
    void aTaskForLaterRunsOnItsEventLoop(Vertx vertx, VertxTestContext test) {
        vertx.runOnContext(start -> {
            Thread loop = Thread.currentThread();
            following.here().later(() -> {
                test.verify(() -> assertThat(Thread.currentThread()).isEqualTo(loop));
                test.completeNow();
            });
        });
    }

    /** Runs steps on one event loop, each after the tasks that the one before has queued. */
    private static void inTurn(Vertx vertx, VertxTestContext test, Runnable... steps) {
        Runnable next = test::completeNow;
        for (int n = steps.length - 1; n >= 0; n--) {
            Runnable step = steps[n];
            Runnable after = next;
            next = () -> {
                test.verify(step::run);
                vertx.runOnContext(queued -> after.run());
            };
        }
        Runnable first = next;
        vertx.runOnContext(start -> first.run());
    }

    private long now() {
        reads.incrementAndGet();
        if (Context.isOnEventLoopThread() && inNextRead != null) {
            Runnable once = inNextRead;
            inNextRead = null;
            once.run();
        }
        return 1;
    }

    private void register(int n) {
        register("payments", n);
    }

    private void register(String service, int n) {
        directory.merge(Fixtures.registered(Fixtures.key(service, n), new Version(1, 1)));
        subscriptions.look();
    }

    private Subscription follow(String service, List<String> told) {
        return following.here().follow(new ServiceName(service), new Listener(hosts -> told.add(service)));
    }

    private Future<String> follow(Vertx vertx, Consumer<Integer> onHosts) {
        return follow(vertx, onHosts, () -> {});
    }

    private Future<String> follow(Vertx vertx, Consumer<Integer> onHosts, Runnable onEnd) {
        return vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        loops.add(Thread.currentThread());
                        for (int n = 0; n < OF_A_LOOP; n++) {
                            following.here().follow(SERVICE, new Listener(onHosts, onEnd));
                        }
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setInstances(LOOPS));
    }

    /** A listener that checks that it is called on the event loop on which it follows. */
    private static final class Listener implements ChangeListener {

        private final Thread loop = Thread.currentThread();
        private final Consumer<Integer> onHosts;
        private final Runnable onEnd;

        Listener(Consumer<Integer> onHosts) {
            this(onHosts, () -> {});
        }

        Listener(Consumer<Integer> onHosts, Runnable onEnd) {
            this.onHosts = onHosts;
            this.onEnd = onEnd;
        }

        @Override
        public void changed(Snapshot now) {
            assertThat(Thread.currentThread()).isEqualTo(loop);
            onHosts.accept(now.listings().size());
        }

        @Override
        public void end() {
            assertThat(Thread.currentThread()).isEqualTo(loop);
            onEnd.run();
        }
    }
}
