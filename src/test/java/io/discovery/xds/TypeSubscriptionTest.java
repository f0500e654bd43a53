package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypeSubscriptionTest {

    private final TypeSubscription subscribed = new TypeSubscription(ResourceType.ENDPOINT);

    @Test
    void whatIsOwedIsTakenInOrderAsFarAsItFits() {
        subscribed.owe(List.of("small-1", "small-2", "large-1", "small-3"));

        assertThat(take(250)).containsExactly("small-1", "small-2");
        assertThat(take(250)).containsExactly("large-1");
        assertThat(take(250)).containsExactly("small-3");
        assertThat(subscribed.isOwed()).isFalse();
    }

    @Test
    void whatIsOwedTwiceIsTakenOnce() {
        subscribed.owe(List.of("small-1"));
        subscribed.owe(List.of("small-1", "small-2"));

        assertThat(take(1_000)).containsExactly("small-1", "small-2");
    }

    @Test
    void whatIsNoLongerSubscribedIsNoLongerOwed() {
        subscribed.owe(List.of("small-1"));

        subscribed.forget("small-1");

        assertThat(subscribed.isOwed()).isFalse();
    }

    @Test
    void whoNoLongerWantsAllIsOwedWhatItNamed() {
        subscribed.setToAll(true);
        subscribed.names().add("small-1");
        subscribed.owe(List.of("small-1", "small-2"));

        subscribed.setToAll(false);

        assertThat(take(1_000)).containsExactly("small-1");
    }

    @Test
    void anAnswerMayBeOwedThatSaysNothing() {
        subscribed.oweAnswer();

        assertThat(subscribed.isOwed()).isTrue();
        assertThat(take(1_000)).isEmpty();
        assertThat(subscribed.isOwed()).isFalse();
    }

    @Test
    void anAnswerIsTakenInPiecesAndHoldsTheLatestOfWhatChangesMeanwhile() {
        subscribed.owe(List.of("small-1", "small-2", "small-3"));
        ResponseDraft draft = subscribed.draft(1_000);

        assertThat(subscribed.take(draft, TypeSubscriptionTest::resource, 2)).isFalse();
        subscribed.owe(List.of("small-1"));
        assertThat(subscribed.take(draft, name -> name.equals("small-1") ? named(name) : resource(name), 2))
                .isTrue();

        assertThat(draft.resources().stream().map(BuiltResource::name))
                .containsExactly("small-1", "small-2", "small-3");
        assertThat(draft.resources().iterator().next().most()).isGreaterThan(300);
        assertThat(subscribed.isOwed()).isFalse();
    }

    /** Thousands of messages built at once would block an event loop. */
    @Test
    void aResourceIsBuiltWhenItJoinsTheResponse() {
        subscribed.owe(List.of("payments"));
        ResponseDraft draft = subscribed.draft(1_000);
        subscribed.take(draft, name -> new NameDerivedResources(DerivedShape.CLUSTER, name), 1);

        Any first = draft.resources().iterator().next().any();

        assertThat(draft.resources().iterator().next().any()).isSameAs(first);
    }

    @Test
    void aRejectionEndsWithTheSubscriptionToWhatWasRejected() {
        subscribed.names().addAll(List.of("a", "b"));
        subscribed.answered("1", List.of("a"));
        subscribed.reject("unknown field", true);

        subscribed.forget("b");
        assertThat(subscribed.rejection()).isNotNull();
        subscribed.forget("a");

        assertThat(subscribed.rejection()).isNull();
    }

    @Test
    void aRejectionStaysBesideALaterOne() {
        subscribed.names().addAll(List.of("a", "b"));
        subscribed.answered("1", List.of("a"));
        subscribed.reject("unknown field", true);
        subscribed.answered("2", List.of("b"));
        subscribed.reject("another one", true);

        subscribed.answered("3", List.of("b"));
        subscribed.acknowledge();
        assertThat(subscribed.rejection()).isNotNull();
        subscribed.answered("4", List.of("a"));
        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
    }

    /** The client drops a name while the response is on its way, and rejects it then. */
    @Test
    void aRejectionOfWhatTheClientHasDroppedEndsToo() {
        subscribed.names().addAll(List.of("a", "b"));
        subscribed.answered("1", List.of("a", "b"));
        subscribed.forget("a");
        subscribed.reject("unknown field", true);

        subscribed.answered("2", List.of("b"));
        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
    }

    /** The stream no longer knows what was in it. */
    @Test
    void aRejectionOfAnEarlierResponseEndsWithTheNextAcknowledgement() {
        subscribed.answered("2", List.of("a"));
        subscribed.reject("unknown field", false);

        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
    }

    private static Resource named(String name) {
        return new RenderedResource(
                name,
                "2",
                ClusterLoadAssignment.newBuilder()
                        .setClusterName("x".repeat(300))
                        .build());
    }

    private List<String> take(long largest) {
        ResponseDraft draft = subscribed.draft(largest);
        assertThat(subscribed.take(draft, TypeSubscriptionTest::resource, Integer.MAX_VALUE))
                .isTrue();
        return draft.resources().stream().map(BuiltResource::name).toList();
    }

    /** Returns a resource of about 100 bytes, or 300. */
    private static Resource resource(String name) {
        String filling = "x".repeat(name.startsWith("large") ? 300 : 100);
        return new RenderedResource(
                name,
                "1",
                ClusterLoadAssignment.newBuilder().setClusterName(filling).build());
    }
}
