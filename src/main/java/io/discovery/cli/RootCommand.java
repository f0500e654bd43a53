package io.discovery.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The program without a command: its options and its help. */
@Command(
        name = "discovery",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Asks and changes a registry of services, from a shell.",
            "",
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nParameters:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused by a member, or not so (safe, doctor)",
            "2:an option, a parameter or the input cannot be used",
            "3:no member answers",
        },
        usageHelpWidth = 110)
@SuppressWarnings("UnusedVariable") // picocli reads the fields.
final class RootCommand {

    @Mixin
    private final ConnectionOptions connection;

    @Mixin
    private final OutputOptions output;

    RootCommand(Context context) {
        this.connection = context.connection();
        this.output = context.output();
    }
}
