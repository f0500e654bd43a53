package io.discovery.cli;

import java.util.List;
import picocli.CommandLine;

/** All commands. */
final class Commands {

    private Commands() {}

    static CommandLine all(Context context) {
        CommandLine root = new CommandLine(new RootCommand(context));
        List.of(
                        new ServicesCommand(context),
                        new HostsCommand(context),
                        new HostCommand(context),
                        new RegisterCommand(context),
                        new DeregisterCommand(context),
                        new WeightCommand(context),
                        new DrainCommand(context),
                        new UndrainCommand(context),
                        new WatchCommand(context),
                        new ChangesCommand(context),
                        new MembersCommand(context),
                        new SafeCommand(context),
                        new ClientsCommand(context),
                        new DoctorCommand(context),
                        new ExportCommand(context),
                        new ImportCommand(context),
                        new CompletionCommand(context),
                        new ManCommand(context),
                        new RehearseCommand())
                .forEach(root::addSubcommand);
        return root;
    }
}
