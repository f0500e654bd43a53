package io.discovery.backend.plugin;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The plug-ins that a search found.
 *
 * @param usable by name
 * @param searched description of the searched places; empty if there were none
 * @param faults plug-ins that cannot be used, each with what to do. They do not stop a member whose BACKEND_STORAGE has
 *     another plug-in's name, or a built-in's
 */
public record Plugins(Map<String, Plugin> usable, String searched, List<String> faults) {

    public static final Plugins NONE = new Plugins(Map.of(), "", List.of());

    public Plugins {
        usable = Map.copyOf(usable);
        faults = List.copyOf(faults);
    }

    /**
     * Searches the class path and the jars of a folder, which need not exist. Runs the constructors of all plug-ins,
     * and asks each for its name.
     *
     * @param program the program's loader, above the one that all jars of the folder share
     * @param taken names that no plug-in may have
     */
    public static Plugins find(Path folder, ClassLoader program, Collection<String> taken) {
        return new Search(folder.toAbsolutePath().normalize(), program, taken).run();
    }
}
