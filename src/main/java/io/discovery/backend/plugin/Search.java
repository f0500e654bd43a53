package io.discovery.backend.plugin;

import io.discovery.registry.StorageBackendProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * One search for plug-ins: on the class path, then in each jar of a folder, sorted by name. The jars share a loader, so
 * that a plug-in finds the classes beside it, such as a driver; but each jar is searched by itself, so that messages
 * name the jar of a fault, and an old version beside a new one is noticed.
 */
final class Search {

    private static final String REPAIR = "; repair it or take it away";

    private final Path folder;
    private final ClassLoader program;
    private final Set<String> taken;

    private final Map<String, List<Plugin>> found = new TreeMap<>();
    private final Set<String> faults = new LinkedHashSet<>();
    private String contents = "";

    Search(Path folder, ClassLoader program, Collection<String> taken) {
        this.folder = folder;
        this.program = program;
        this.taken = Set.copyOf(taken);
    }

    Plugins run() {
        ask(program, "on the class path");
        List<Path> jars = jars();
        // Stays open: a plug-in loads classes as long as it runs.
        URLClassLoader all =
                new URLClassLoader("plug-ins", jars.stream().map(Search::url).toArray(URL[]::new), program);
        for (Path jar : jars) {
            ask(all, jar);
        }
        return new Plugins(
                usable(),
                "plug-ins were looked for on the class path and in " + folder + ": " + contents,
                List.copyOf(faults));
    }

    private List<Path> jars() {
        if (Files.notExists(folder)) {
            contents = "no such folder";
            return List.of();
        }
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.jar")) {
            entries.forEach(jars::add);
        } catch (IOException | RuntimeException unreadable) {
            contents = "unreadable";
            faults.add(folder + " cannot be read (" + unreadable + "); it must be a folder that this process may read");
            return List.of();
        }
        Collections.sort(jars);
        contents = jars.isEmpty()
                ? "no jars"
                : jars.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.joining(", "));
        jars.removeIf(jar -> !opens(jar));
        return jars;
    }

    /** Checks that a jar opens: class loaders silently skip one that does not. */
    private boolean opens(Path jar) {
        try (JarFile opened = new JarFile(jar.toFile())) {
            return opened.size() > 0;
        } catch (IOException | RuntimeException broken) {
            faults.add(jar + " cannot be opened (" + broken.getMessage() + "); put a whole jar there or take it away");
            return false;
        }
    }

    private void ask(ClassLoader all, Path jar) {
        try (OneJar names = new OneJar(url(jar), all)) {
            ask(names, "in " + jar);
        } catch (IOException unlikely) {
            faults.add(jar + " cannot be closed (" + unlikely + ")");
        }
    }

    private void ask(ClassLoader names, String place) {
        Spliterator<ServiceLoader.Provider<StorageBackendProvider>> providers =
                ServiceLoader.load(StorageBackendProvider.class, names).stream().spliterator();
        boolean more = true;
        while (more) {
            try {
                more = providers.tryAdvance(provider -> take(provider, place));
            } catch (ServiceConfigurationError | LinkageError unloadable) {
                // An equal fault means that the iterator cannot get past it.
                more = faults.add("a plug-in " + place + " cannot be loaded (" + reason(unloadable) + ")" + REPAIR);
            }
        }
    }

    private void take(ServiceLoader.Provider<StorageBackendProvider> provider, String place) {
        String origin = provider.type().getName() + " " + place;
        try {
            StorageBackendProvider made = provider.get();
            take(new Plugin(String.valueOf(made.name()), made, origin));
        } catch (Exception | LinkageError | AssertionError | ServiceConfigurationError fault) {
            faults.add("the plug-in " + origin + " cannot be used (" + reason(fault) + ")" + REPAIR);
        }
    }

    private void take(Plugin plugin) {
        if (plugin.name().isEmpty() || !plugin.name().equals(plugin.name().strip())) {
            faults.add("the plug-in " + plugin.origin() + " is named '" + plugin.name()
                    + "'; its author must give it a name, without spaces around it");
        } else if (taken.contains(plugin.name())) {
            faults.add("the plug-in " + plugin.origin() + " is named '" + plugin.name()
                    + "', as what is built in; its author must give it another name");
        } else {
            found.computeIfAbsent(plugin.name(), name -> new ArrayList<>()).add(plugin);
        }
    }

    /** Returns the plug-ins with unique names. */
    private Map<String, Plugin> usable() {
        Map<String, Plugin> usable = new TreeMap<>();
        found.forEach((name, plugins) -> {
            if (plugins.size() == 1) {
                usable.put(name, plugins.get(0));
            } else {
                faults.add(plugins.size() + " plug-ins are named '" + name + "': "
                        + plugins.stream().map(Plugin::origin).collect(Collectors.joining(", "))
                        + "; take all but one away");
            }
        });
        return usable;
    }

    private static String reason(Throwable fault) {
        Throwable reason =
                fault instanceof ServiceConfigurationError && fault.getCause() != null ? fault.getCause() : fault;
        return reason instanceof ServiceConfigurationError ? String.valueOf(reason.getMessage()) : reason.toString();
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException("a file without a URL: " + jar, impossible);
        }
    }

    /** A class loader that finds the service files of one jar, and the classes of all jars. */
    private static final class OneJar extends URLClassLoader {

        OneJar(URL jar, ClassLoader all) {
            super(new URL[] {jar}, all);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return findResources(name);
        }
    }
}
