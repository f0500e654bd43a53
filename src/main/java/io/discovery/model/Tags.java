package io.discovery.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tags of a registration, or its additions: one per key, in the order of their keys. */
public record Tags(List<Tag> list) {

    public static final Tags NONE = new Tags(List.of());

    /** @throws IllegalArgumentException if two tags have one key */
    public Tags {
        list = isSorted(list) ? List.copyOf(list) : sorted(list);
    }

    /** Returns whether the keys ascend, as merges leave them. */
    private static boolean isSorted(List<Tag> list) {
        for (int i = 1; i < list.size(); i++) {
            if (list.get(i - 1).key().compareTo(list.get(i).key()) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Tag> sorted(List<Tag> list) {
        List<Tag> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing(Tag::key));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).key().equals(sorted.get(i).key())) {
                throw new IllegalArgumentException(
                        "two tags with the key " + sorted.get(i).key());
            }
        }
        return List.copyOf(sorted);
    }

    /** Creates tags of one version. */
    static Tags of(Map<String, String> jsonByKey, Version version) {
        List<Tag> tags = new ArrayList<>(jsonByKey.size());
        jsonByKey.forEach((key, json) -> tags.add(new Tag(key, json, version)));
        return new Tags(tags);
    }

    public Optional<Tag> find(String key) {
        for (Tag tag : list) {
            if (tag.key().equals(key)) {
                return Optional.of(tag);
            }
        }
        return Optional.empty();
    }

    /** Merges two sets of tags; for each key the later tag wins. */
    Tags merge(Tags other) {
        if (list.isEmpty() || other.list.isEmpty()) {
            return list.isEmpty() ? other : this;
        }
        List<Tag> merged = new ArrayList<>(Math.max(list.size(), other.list.size()));
        int mine = 0;
        int theirs = 0;
        while (mine < list.size() && theirs < other.list.size()) {
            Tag a = list.get(mine);
            Tag b = other.list.get(theirs);
            int order = a.key().compareTo(b.key());
            merged.add(order < 0 ? a : order > 0 ? b : Tag.merge(a, b));
            mine += order <= 0 ? 1 : 0;
            theirs += order >= 0 ? 1 : 0;
        }
        merged.addAll(list.subList(mine, list.size()));
        merged.addAll(other.list.subList(theirs, other.list.size()));
        return new Tags(merged);
    }

    /** Returns the tags that are later than the ones that {@code others} have of the same keys. */
    Tags replacing(Tags others) {
        List<Tag> left = list.stream()
                .filter(tag -> others.find(tag.key())
                        .filter(other -> tag.version().isAfter(other.version()))
                        .isPresent())
                .toList();
        return left.isEmpty() ? NONE : new Tags(left);
    }

    /** Returns the latest version of any tag, or null if there are none. */
    @Nullable
    Version lastVersion() {
        Version last = null;
        for (Tag tag : list) {
            last = last == null ? tag.version() : Version.max(last, tag.version());
        }
        return last;
    }

    /** Returns the tags written after {@code version}. */
    Tags after(Version version) {
        for (Tag tag : list) {
            if (!tag.version().isAfter(version)) {
                List<Tag> left = list.stream()
                        .filter(each -> each.version().isAfter(version))
                        .toList();
                return left.isEmpty() ? NONE : new Tags(left);
            }
        }
        return this;
    }

    /** Returns the tags that are not ahead, and those whose keys {@code others} lacks, with versions that early. */
    Tags countedBeside(Tags others, long nowMicros, long beforeMicros) {
        return new Tags(list.stream()
                .filter(tag -> !tag.version().isAhead(nowMicros)
                        || others.find(tag.key()).isEmpty())
                .map(tag -> tag.version().isAhead(nowMicros) ? tag.clampedTo(beforeMicros) : tag)
                .toList());
    }

    Tags clampedTo(long limitMicros) {
        return list.isEmpty()
                ? this
                : new Tags(list.stream().map(tag -> tag.clampedTo(limitMicros)).toList());
    }
}
