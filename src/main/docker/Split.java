import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Read by Dockerfile beside it: java Split.java RUNNABLE CLASSES LIBRARIES PROGRAM. Writes the files of the runnable jar
 * to two: to PROGRAM what the build made itself, which is in the folder CLASSES or differs with each version, to LIBRARIES the
 * rest. The same files give the same bytes, so an image whose libraries did not change has them in the layer of the one before.
 */
public final class Split {

    private Split() {}

    public static void main(String[] arguments) throws IOException {
        Path classes = Path.of(arguments[1]);
        try (JarFile runnable = new JarFile(arguments[0]);
                JarOutputStream libraries = jar(arguments[2]);
                JarOutputStream program = jar(arguments[3])) {
            writeManifest(runnable.getJarEntry(JarFile.MANIFEST_NAME), libraries);
            for (Enumeration<JarEntry> all = runnable.entries(); all.hasMoreElements(); ) {
                JarEntry entry = all.nextElement();
                if (entry.isDirectory()) {
                    continue;
                }
                String name = entry.getName();
                boolean isOwn = Files.exists(classes.resolve(name)) || name.startsWith("META-INF/maven/io.discovery/")
                        || name.startsWith("META-INF/sbom/") || name.equals(JarFile.MANIFEST_NAME);
                copy(runnable, entry, isOwn ? program : libraries);
            }
        }
    }

    /** Java takes a class of its own version out of a jar that says so, and other ones than the build was tested with elsewhere. */
    private static void writeManifest(JarEntry like, JarOutputStream to) throws IOException {
        JarEntry entry = new JarEntry(JarFile.MANIFEST_NAME);
        entry.setTime(like.getTime());
        to.putNextEntry(entry);
        to.write("Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        to.closeEntry();
    }

    private static JarOutputStream jar(String file) throws IOException {
        return new JarOutputStream(Files.newOutputStream(Path.of(file)));
    }

    private static void copy(JarFile from, JarEntry entry, JarOutputStream to) throws IOException {
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        to.putNextEntry(copy);
        from.getInputStream(entry).transferTo(to);
        to.closeEntry();
    }
}
