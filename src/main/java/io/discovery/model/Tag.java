package io.discovery.model;

/**
 * One tag of a registration, a register of its own: a write of another tag cannot lose this one.
 *
 * @param json the value as JSON text in the form it is served in; never parsed again
 */
public record Tag(String key, String json, Version version) {

    public Tag {
        key = StringPool.of(key);
        json = StringPool.of(json);
    }

    Tag clampedTo(long limitMicros) {
        return new Tag(key, json, version.clampedTo(limitMicros));
    }

    /**
     * Returns the later of two copies of one tag. Equal versions should mean equal values; if not, every member picks
     * the same.
     */
    static Tag merge(Tag a, Tag b) {
        int byVersion = a.version.compareTo(b.version);
        return byVersion > 0 || byVersion == 0 && a.json.compareTo(b.json) >= 0 ? a : b;
    }
}
