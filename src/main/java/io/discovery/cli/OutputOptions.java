package io.discovery.cli;

import io.discovery.cli.text.Rows.Format;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option of all commands that print rows. */
final class OutputOptions {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            defaultValue = "table",
            description = "table, json (one array) or jsonl (an object a line). Default: ${DEFAULT-VALUE}.")
    private Format format = Format.table;

    Format format() {
        return format;
    }
}
