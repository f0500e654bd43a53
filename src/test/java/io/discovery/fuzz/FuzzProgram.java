package io.discovery.fuzz;

/**
 * The class that Jazzer calls, in a process of its own for each target, by these two names. It keeps the target in a
 * static field because Jazzer makes no object of it.
 */
public final class FuzzProgram {

    private static BoundedTarget target = BoundedTarget.inHeapAndTime(FuzzTargets.named("json"));

    private FuzzProgram() {}

    /** Takes the name of the target. */
    public static void fuzzerInitialize(String[] arguments) {
        target = BoundedTarget.inHeapAndTime(FuzzTargets.named(arguments[0]));
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.read(input);
    }
}
