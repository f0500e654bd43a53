package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A question that blocks, asked by many. */
@ExtendWith(VertxExtension.class)
class SharedQuestionTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<String> members = new AtomicReference<>("a, b");
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch told = new CountDownLatch(1);
    private final SharedQuestion question;

    SharedQuestionTest(Vertx vertx) {
        question = new SharedQuestion(vertx, this::answer, members::get, nanos::get);
    }

    private boolean answer() throws InterruptedException {
        asked.incrementAndGet();
        return told.await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void letGo() {
        told.countDown();
    }

    @Test
    void manyWhoAskAtOnceShareOneAnswer() {
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            answers.add(question.ask());
        }
        told.countDown();

        assertThat(answers).allMatch(answer -> answer.await());
        assertThat(asked).hasValue(1);
    }

    @Test
    void anAnswerServesForASecond() {
        told.countDown();
        question.ask().await();

        nanos.addAndGet(SharedQuestion.KEPT.toNanos() - 1);
        question.ask().await();
        assertThat(asked).hasValue(1);

        nanos.addAndGet(1);
        awaitAskedAgain();
    }

    @Test
    void anAnswerAboutOtherMembersServesNobody() {
        told.countDown();
        question.ask().await();

        members.set("a");
        awaitAskedAgain();
    }

    /** The one who asked before may not have let go yet. */
    private void awaitAskedAgain() {
        await().until(() -> question.ask().await() && asked.get() == 2);
    }

    @Test
    void whoHasNoAnswerInTimeIsToldNoAndNobodyElseIsKeptBusy() {
        assertThat(question.ask().await()).isFalse();
        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(SharedQuestion.KEPT.toNanos());
            assertThat(question.ask().await()).isFalse();
        }
        assertThat(asked).hasValue(1);
    }
}
