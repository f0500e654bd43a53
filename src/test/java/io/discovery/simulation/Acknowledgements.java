package io.discovery.simulation;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that members have acknowledged and that has to survive. */
final class Acknowledgements {

    private record Acknowledgement(Member member, Registration result, long micros) {}

    private final Map<InstanceKey, List<Acknowledgement>> all = new TreeMap<>();
    private final Map<InstanceKey, Registration> promised = new HashMap<>();

    void add(Member member, InstanceKey key, Registration result, long micros) {
        all.computeIfAbsent(key, first -> new ArrayList<>()).add(new Acknowledgement(member, result, micros));
        promised.put(key, result.mergedInto(promised.get(key)));
    }

    /** Returns the merge of the results that some members had acknowledged before a moment; null for none. */
    @Nullable
    Registration promisedBefore(InstanceKey key, long micros, Set<Integer> members) {
        Registration merged = null;
        for (Acknowledgement one : all.getOrDefault(key, List.of())) {
            boolean counts =
                    one.micros() < micros && members.contains(one.member().number());
            merged = counts ? one.result().mergedInto(merged) : merged;
        }
        return merged;
    }

    void forEach(BiConsumer<InstanceKey, Registration> reader) {
        List.copyOf(all.keySet()).forEach(key -> {
            Registration merged = promised.get(key);
            if (merged != null) {
                reader.accept(key, merged);
            }
        });
    }

    /** Reads the results that some members had acknowledged before a moment. */
    void forEachBy(Collection<Member> members, long beforeMicros, Consumer<Registration> reader) {
        all.values()
                .forEach(list -> list.stream()
                        .filter(one -> one.micros() < beforeMicros && members.contains(one.member()))
                        .forEach(one -> reader.accept(one.result())));
    }

    /** Forgets what is not in the copy that is left of an instance. */
    void forgetBeyond(InstanceKey key, @Nullable Registration left) {
        List<Acknowledgement> list = all.getOrDefault(key, new ArrayList<>());
        list.removeIf(one -> !Promises.contains(left, one.result()));
        promised.remove(key);
        list.forEach(one -> promised.put(key, one.result().mergedInto(promised.get(key))));
    }
}
