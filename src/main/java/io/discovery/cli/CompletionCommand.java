package io.discovery.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The completion of commands and options for shells. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which bash and zsh complete commands and options.",
            "In bash: source <(discovery completion)"
        })
final class CompletionCommand implements Runnable {

    private final Context context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    CompletionCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        context.out().write(AutoComplete.bash(spec.root().name(), root));
        context.out().flush();
    }
}
