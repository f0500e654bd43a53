package io.discovery.backend.plugin;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The plug-ins that were found.
 *
 * @param usable by name
 * @param searched where they were looked for; empty if nowhere
 * @param faults what was found and cannot be used, each with what to do. That alone stops nobody who has another
 *     plug-in's name, or a built-in's, in BACKEND_STORAGE
 */
public record Plugins(Map<String, Plugin> usable, String searched, List<String> faults) {

    public static final Plugins NONE = new Plugins(Map.of(), "", List.of());

    public Plugins {
        usable = Map.copyOf(usable);
        faults = List.copyOf(faults);
    }

    /**
     * Looks on the class path and in the jars of a folder, which need not exist. Runs the constructors of all plug-ins,
     * and asks each for its name.
     *
     * @param program the program's loader, above the one that all jars of the folder share
     * @param taken names that no plug-in may have
     */
    public static Plugins find(Path folder, ClassLoader program, Collection<String> taken) {
        return new Search(folder.toAbsolutePath().normalize(), program, taken).run();
    }
}
