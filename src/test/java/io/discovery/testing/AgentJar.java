package io.discovery.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Jars of Java agents, which a test lets into the process of a member. */
final class AgentJar {

    private AgentJar() {}

    /**
     * Returns the option of Java that loads an agent.
     *
     * @param agent a class on its own, with a premain
     * @param dir where its jar is written
     * @param argument of its premain
     */
    static String option(Class<?> agent, Path dir, Path argument) throws IOException {
        Path jar = dir.resolve(agent.getSimpleName() + ".jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", agent.getName());
        String entry = agent.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream bytes = agent.getClassLoader().getResourceAsStream(entry)) {
            if (bytes == null) {
                throw new IOException("no " + entry);
            }
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
        return "-javaagent:" + jar + "=" + argument;
    }
}
