package io.discovery;

import io.discovery.audit.AuditVerification;
import io.discovery.auth.NewCredentials;
import io.discovery.cluster.port.JavaObjectFilter;
import io.discovery.config.HelpText;
import io.discovery.config.InvalidSettingsException;
import io.discovery.config.Setting;
import io.discovery.config.Settings;
import io.discovery.member.Backends;
import io.discovery.member.CannotStartException;
import io.discovery.member.CdsTrainingRun;
import io.discovery.member.Member;
import io.discovery.process.FatalErrorHandler;
import io.discovery.process.LogFormat;
import io.discovery.process.LogLevel;
import io.discovery.process.NativeHeapTrimmer;
import io.discovery.process.ProgramVersion;
import io.discovery.process.SmallHeapTuning;
import io.discovery.tls.TlsProperties;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program: {@code java -jar discovery.jar}. */
public final class Main {

    private static final int CANNOT_START = 1;
    private static final int CANNOT_STOP = 1;
    private static final int WRONG_SETTINGS = 2;
    private static final int LEAST_PARALLELISM = 2;
    private static final String PARALLELISM = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            handle(arguments);
            return;
        }
        prepare();
        try {
            Backends backends = Backends.find(System.getenv());
            Settings settings = Settings.from(System.getenv(), backends.names());
            LogLevel.setLevel(settings.logLevel());
            run(settings, backends);
        } catch (InvalidSettingsException invalid) {
            sayLast("discovery: wrong settings, see --help\n  " + String.join("\n  ", invalid.faults()));
            System.exit(WRONG_SETTINGS);
        } catch (CannotStartException refused) {
            sayLast("discovery cannot start: " + refused.getMessage());
            System.exit(CANNOT_START);
        } catch (RuntimeException | Error failed) {
            // An error too: threads of Hazelcast's would keep a process without its main thread alive.
            FatalErrorHandler.endIfFatal(failed);
            log().error("cannot start", failed);
            sayLast("discovery cannot start: " + failed);
            System.exit(CANNOT_START);
        }
    }

    /** Says why the process ends: on the standard error, or as a line of the log if readers of it expect JSON. */
    private static void sayLast(String cause) {
        if (LogFormat.isJson(logFormat())) {
            log().error(cause);
        } else {
            System.err.println(cause);
        }
    }

    /** Returns the format as it is set: it counts before the settings are read, and if they are wrong. */
    private static String logFormat() {
        return Setting.LOG_FORMAT.in(System.getenv());
    }

    private static void handle(String[] arguments) {
        switch (arguments[0]) {
            case "--help", "-h" -> System.out.print(HelpText.of(ProgramVersion.version()));
            case "--version" -> System.out.println("discovery " + ProgramVersion.version());
            case "--rehearse" -> rehearse();
            case "--new-token" -> System.out.print(NewCredentials.token(nameIn(arguments)));
            case "--new-password" -> newPassword(nameIn(arguments));
            case "--verify-audit" -> verifyAudit(List.of(arguments).subList(1, arguments.length));
            default ->
                refuse("given '" + arguments[0] + "', expected --help, --version, --new-token NAME, --new-password"
                        + " NAME, --verify-audit FILE..., --rehearse or nothing; settings are environment variables");
        }
    }

    private static void refuse(String message) {
        System.err.println("discovery: " + message);
        System.exit(WRONG_SETTINGS);
    }

    private static String nameIn(String[] arguments) {
        if (arguments.length != 2 || !NewCredentials.isName(arguments[1], arguments[0].equals("--new-password"))) {
            refuse("given '" + String.join(" ", arguments) + "', expected " + arguments[0]
                    + " and the name of an identity: letters, digits and . _ : / @ -");
        }
        return arguments[1];
    }

    private static void newPassword(String name) {
        try {
            System.out.print(NewCredentials.password(name, NewCredentials.typed(System.console(), System.in)));
        } catch (IOException unreadable) {
            refuse("given a standard input that cannot be read (" + unreadable
                    + "), expected a line with the password");
        }
    }

    private static void verifyAudit(List<String> files) {
        if (files.isEmpty()) {
            refuse("given --verify-audit without a file, expected the files of an audit log");
        }
        AuditVerification verification = AuditVerification.of(files);
        System.out.println(verification.text());
        System.exit(verification.exitCode());
    }

    private static void rehearse() {
        prepare();
        try {
            CdsTrainingRun.run();
            System.exit(0);
        } catch (IOException | RuntimeException failed) {
            System.err.println("discovery: the rehearsal failed: " + failed);
            System.exit(CANNOT_START);
        }
    }

    /** Before any other class of ours, Vert.x's or Hazelcast's is loaded. */
    private static void prepare() {
        // On one or two processors the common pool would have no worker, and Hazelcast would start a thread per call:
        // 50 times slower.
        if (Runtime.getRuntime().availableProcessors() <= LEAST_PARALLELISM
                && System.getProperty(PARALLELISM) == null) {
            System.setProperty(PARALLELISM, Integer.toString(LEAST_PARALLELISM));
        }
        FatalErrorHandler.install();
        TlsProperties.set();
        JavaObjectFilter.install();
        LogFormat.setFormat(logFormat());
        LogFormat.loadStackTraces();
    }

    private static void run(Settings settings, Backends backends) {
        SmallHeapTuning.keep();
        NativeHeapTrimmer.keep();
        Member member = Member.start(settings, backends, Main::expelled);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(member), "discovery-stop"));
    }

    /** Stops, and ends the process. The JVM would exit with 143 after SIGTERM: an ordered stop is a success. */
    private static void stop(Member member) {
        int exitCode = CANNOT_STOP;
        try {
            member.stop();
            exitCode = 0;
        } catch (RuntimeException | Error failed) {
            FatalErrorHandler.endIfFatal(failed);
            log().error("cannot stop in order", failed);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private static void expelled(String reason) {
        log().error("this member ends: {}", reason);
        Runtime.getRuntime().halt(CANNOT_START);
    }

    /** Not a constant: loggers come after {@link #prepare}. */
    private static Logger log() {
        return LoggerFactory.getLogger(Main.class);
    }
}
