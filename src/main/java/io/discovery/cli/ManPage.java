package io.discovery.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page, made from picocli's model of the commands, in the language of man. */
final class ManPage {

    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec root) {
        ManPage made = new ManPage();
        made.write(root);
        return made.page.toString();
    }

    private void write(CommandSpec root) {
        macro("TH " + root.name().toUpperCase(Locale.ROOT) + " 1");
        section("NAME");
        text(root.name() + " - " + description(root));
        section("SYNOPSIS");
        text(root.name() + " [OPTION...] COMMAND [OPTION...] [PARAMETER...]");
        section("COMMANDS");
        root.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .forEach(this::command);
        section("OPTIONS OF ALL COMMANDS");
        root.options().forEach(this::option);
        section("EXIT STATUS");
        root.usageMessage().exitCodeList().forEach(this::entry);
    }

    private void command(CommandSpec command) {
        String parameters = command.positionalParameters().stream()
                .map(PositionalParamSpec::paramLabel)
                .collect(Collectors.joining(" "));
        macro("SS " + escaped(command.name() + " " + parameters));
        text(description(command));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            entry(parameter.paramLabel(), joined(parameter.description()));
        }
        command.options().stream()
                .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
                .forEach(this::option);
    }

    private void option(OptionSpec option) {
        String names = String.join(", ", option.names());
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        entry(names + value, joined(option.description()));
    }

    private void entry(String term, String meaning) {
        macro("TP");
        text(term);
        text(meaning);
    }

    private static String description(CommandSpec command) {
        return joined(command.usageMessage().description());
    }

    private static String joined(String[] lines) {
        return Arrays.stream(lines).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }

    private void section(String name) {
        macro("SH " + name);
    }

    private void macro(String line) {
        page.append('.').append(line).append('\n');
    }

    private void text(String line) {
        page.append(escaped(line)).append('\n');
    }

    /** Escapes the characters that mean something to man. */
    private static String escaped(String line) {
        String escaped = line.replace("\\", "\\e").replace("-", "\\-");
        return List.of(".", "'").stream().anyMatch(escaped::startsWith) ? "\\&" + escaped : escaped;
    }
}
