package io.discovery.xds;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.List;
import java.util.Set;
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

        assertThat(subscribed.setToAll(false)).containsExactly("small-2");

        assertThat(subscribed.owed()).isEqualTo(1);
        assertThat(take(1_000)).containsExactly("small-1");
    }

    /** It is held until the client has been told that it has gone. */
    @Test
    void whoNoLongerWantsAllStillHoldsWhatItWasSent() {
        subscribed.setToAll(true);
        subscribed.owe(List.of("small-1"));
        take(1_000);
        subscribed.owe(List.of("small-1"));

        assertThat(subscribed.setToAll(false)).isEmpty();
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
        answered("1", "a");
        subscribed.names().add("b");
        subscribed.reject("unknown field", "1");

        subscribed.forget("b");
        assertThat(subscribed.rejection()).isNotNull();
        subscribed.forget("a");

        assertThat(subscribed.rejection()).isNull();
    }

    @Test
    void aRejectionStaysBesideALaterOne() {
        answered("1", "a");
        subscribed.reject("unknown field", "1");
        answered("2", "b");
        subscribed.reject("another one", "2");
        assertThat(subscribed.unanswered())
                .as("those of the last response alone")
                .isEqualTo(1);

        answered("3", "b");
        subscribed.acknowledge();
        assertThat(rejected()).containsExactly("a");
        answered("4", "a");
        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
    }

    /** The client drops a name while the response is on its way, and rejects it then. */
    @Test
    void aRejectionOfWhatTheClientHasDroppedEndsToo() {
        answered("1", "a", "b");
        subscribed.forget("a");
        subscribed.reject("unknown field", "1");

        answered("2", "b");
        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
    }

    /** A response is built in turns of the event loop: the client may drop a name meanwhile. */
    @Test
    void namesThatTheClientDropsAreNotHeld() {
        answered("1", "a", "b");
        subscribed.answered("2", List.of("a", "dropped"));
        assertThat(subscribed.unanswered()).isEqualTo(3);

        subscribed.forget("a");
        subscribed.forget("b");

        assertThat(subscribed.unanswered()).isZero();
    }

    /** The next response may leave before the client has read this one. */
    @Test
    void aRejectionOfAnEarlierResponseOutlivesTheNextAcknowledgement() {
        answered("1", "a");
        answered("2", "b");
        subscribed.reject("unknown field", "1");
        subscribed.acknowledge();
        assertThat(rejected()).containsExactly("a");

        answered("3", "a");
        answered("4", "b");
        subscribed.accept("3");

        assertThat(subscribed.rejection()).isNull();
    }

    @Test
    void aSecondRejectionOfAResponseTellsItsReasonAlone() {
        answered("1", "a");
        subscribed.reject("unknown field", "1");
        subscribed.names().add("a");
        subscribed.reject("another reason", "1");

        assertThat(rejected()).containsExactly("a");
        assertThat(requireNonNull(subscribed.rejection()).reason()).isEqualTo("another reason");
        assertThat(subscribed.unanswered()).isEqualTo(1);
    }

    /** It may hold what it refused at first. */
    @Test
    void aRejectedResponseMayBeAcceptedStill() {
        answered("1", "a");
        subscribed.reject("unknown field", "1");
        assertThat(subscribed.isRejected("a")).isTrue();
        assertThat(subscribed.isRejected("b")).isFalse();

        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
        assertThat(subscribed.unanswered()).isZero();
    }

    @Test
    void aRejectionTellsTheVersionOfItsResponse() {
        subscribed.owe(List.of("small-1"));
        take(1_000);
        answered("1", "small-1");
        String rejected = subscribed.version();
        subscribed.owe(List.of("small-2"));
        take(1_000);
        answered("2", "small-2");

        assertThat(subscribed.reject("unknown field", "1").version()).isEqualTo(rejected);
        assertThat(subscribed.reject("unknown field", "0").version()).isEqualTo(rejected);
    }

    /** The stream knows no more than {@value UnansweredResponses#MOST}, so the names in it are unknown. */
    @Test
    void aRejectionOfAForgottenResponseEndsWithTheNextAcknowledgement() {
        answered("0", "forgotten");
        for (int n = 1; n <= UnansweredResponses.MOST; n++) {
            answered("" + n, "a");
        }
        assertThat(subscribed.unanswered()).isEqualTo(UnansweredResponses.MOST);
        subscribed.reject("unknown field", "0");
        assertThat(rejected()).isEmpty();

        subscribed.acknowledge();

        assertThat(subscribed.rejection()).isNull();
        assertThat(subscribed.unanswered()).isZero();
    }

    private void answered(String nonce, String... names) {
        subscribed.names().addAll(List.of(names));
        subscribed.answered(nonce, List.of(names));
    }

    private Set<String> rejected() {
        return requireNonNull(subscribed.rejection()).resources();
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
