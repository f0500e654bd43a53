package io.discovery.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the program, as its jar names it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"discovery " + (version == null ? "of an unknown version" : version)};
    }
}
