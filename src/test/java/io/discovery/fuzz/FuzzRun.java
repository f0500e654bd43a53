package io.discovery.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The long run: Jazzer on each target in a process of its own, which ends at the first finding. Arguments: the inputs of
 * all targets together, and the name of one target if it is to run alone. Ends with 1 if anything was found.
 */
public final class FuzzRun {

    private static final Path OUTPUT = Path.of("target", "fuzz");
    private static final Pattern COUNT = Pattern.compile("(?m)^(?:stat::number_of_executed_units: |#)([0-9]+)");
    private static final Pattern KEPT = Pattern.compile("(?m)Test unit written to (.*)$");
    private static final Pattern REASON =
            Pattern.compile("(?m)^(?:== Java Exception: |== ERROR: |==[0-9]+== ERROR: )(.*)$");
    /** Seconds after which an input counts as one that does not end. */
    private static final int TIMEOUT = 20;

    private static final String INSTRUMENTED = "io.discovery.**:org.xbill.DNS.**:io.netty.handler.codec.http.**";
    /** Jazzer's check of paths takes a file that a setting names for an attack. */
    private static final String NO_ATTACK = "com.code_intelligence.jazzer.sanitizers.FilePathTraversal";
    /** The code whose calls Jazzer checks; in Netty one of its checks fails. */
    private static final String CHECKED = "io.discovery.**";

    private FuzzRun() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Set<String> names = arguments.length > 1 ? Set.of(arguments[1]) : new TreeSet<>(FuzzTargets.names());
        long inputs = Long.parseLong(arguments[0]) / names.size();
        System.out.printf("%-14s %12s %10s %s%n", "target", "inputs", "a second", "finding");
        boolean isClean = true;
        for (String name : names) {
            isClean &= run(name, inputs);
        }
        System.exit(isClean ? 0 : 1);
    }

    /** Runs a target, and prints a line; returns whether nothing was found. */
    private static boolean run(String name, long inputs) throws IOException, InterruptedException {
        Path log = Files.createDirectories(OUTPUT.resolve(name)).resolve("log");
        long begin = System.nanoTime();
        int exit = new ProcessBuilder(command(name, inputs))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        String said = Files.readString(log);
        long read =
                COUNT.matcher(said).results().mapToLong(FuzzRun::count).max().orElse(0);
        System.out.printf(
                "%-14s %12d %10.0f %s%n", name, read, read / seconds, exit == 0 ? "none" : finding(said, log));
        return exit == 0;
    }

    private static long count(MatchResult line) {
        return Long.parseLong(line.group(1));
    }

    private static String finding(String said, Path log) throws IOException {
        List<String> lines = new ArrayList<>(
                REASON.matcher(said).results().map(line -> line.group(1)).toList());
        for (MatchResult kept : KEPT.matcher(said).results().toList()) {
            Path file = Path.of(kept.group(1));
            lines.add("kept as " + file + ", in hex: " + HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
        lines.add("all of it: " + log);
        return String.join("\n  ", lines);
    }

    private static List<String> command(String name, long inputs) throws IOException {
        Path findings = Files.createDirectories(FuzzTargets.FINDINGS.resolve(name));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzProgram.class.getName(),
                "--target_args=" + name,
                "--instrumentation_includes=" + INSTRUMENTED,
                "--custom_hook_includes=" + CHECKED,
                "--disabled_hooks=" + NO_ATTACK,
                "--reproducer_path=" + OUTPUT.resolve(name),
                "-runs=" + inputs,
                "-timeout=" + TIMEOUT,
                "-rss_limit_mb=0",
                "-len_control=100",
                "-max_len=" + FuzzTargets.named(name).longest(),
                "-print_final_stats=1",
                "-artifact_prefix=" + findings + "/",
                corpus(name).toString(),
                findings.toString());
    }

    /** Writes the seeds of a target to the folder in which Jazzer keeps inputs that reached something new. */
    private static Path corpus(String name) throws IOException {
        Path corpus = Files.createDirectories(OUTPUT.resolve(name).resolve("corpus"));
        List<byte[]> seeds = FuzzTargets.named(name).seeds();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        return corpus;
    }
}
