package io.discovery.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The manual page, for those that package the program. */
@Command(name = "man", hidden = true, description = "Prints the manual page, for man.")
final class ManCommand implements Runnable {

    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ManCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        context.out().write(ManPage.of(spec.root()));
        context.out().flush();
    }
}
