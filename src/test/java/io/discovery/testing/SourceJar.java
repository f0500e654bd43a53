package io.discovery.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A jar from sources, made as the author of a plug-in makes one. */
public final class SourceJar {

    private final List<Path> classPath;
    private final Map<String, String> sources = new TreeMap<>();
    private final Map<String, byte[]> others = new TreeMap<>();

    private SourceJar(List<Path> classPath) {
        this.classPath = classPath;
    }

    /** @param classPath all that the sources are compiled against, beside the JDK */
    public static SourceJar against(List<Path> classPath) {
        return new SourceJar(List.copyOf(classPath));
    }

    /** Returns the jar or the folder from which a class was loaded. */
    public static Path placeOf(Class<?> loaded) {
        return Path.of(URI.create(
                loaded.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** @param name of the class, with its package */
    public SourceJar source(String name, String text) {
        sources.put(name, text);
        return this;
    }

    /** Names classes as providers, whether or not they are in the jar. */
    public SourceJar service(Class<?> service, String... providers) {
        return entry("META-INF/services/" + service.getName(), String.join("\n", providers));
    }

    public SourceJar entry(String name, String text) {
        others.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** @throws AssertionError with what the compiler says, if it does not compile */
    public Path write(Path jar) {
        try {
            Files.createDirectories(jar.toAbsolutePath().getParent());
            Path classes = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "classes");
            compile(classes);
            try (OutputStream file = Files.newOutputStream(jar);
                    JarOutputStream entries = new JarOutputStream(file)) {
                for (Path each : files(classes)) {
                    add(entries, classes.relativize(each).toString(), Files.readAllBytes(each));
                }
                for (Map.Entry<String, byte[]> each : others.entrySet()) {
                    add(entries, each.getKey(), each.getValue());
                }
            }
            return jar;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void compile(Path classes) {
        if (sources.isEmpty()) {
            return;
        }
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        List<String> options = List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(":")));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        if (!compiler.getTask(messages, null, null, options, null, units).call()) {
            throw new AssertionError("it does not compile: " + messages);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
