package io.discovery.member;

import io.discovery.backend.dynamodb.Capacity;
import io.discovery.backend.dynamodb.DynamoDbBackend;
import io.discovery.backend.dynamodb.TableSettings;
import io.discovery.backend.file.FileBackend;
import io.discovery.backend.file.Flush;
import io.discovery.backend.file.Identity;
import io.discovery.backend.plugin.Plugin;
import io.discovery.backend.plugin.Plugins;
import io.discovery.config.BackendNames;
import io.discovery.config.Setting;
import io.discovery.config.Settings;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackendProvider.Surroundings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends by the name that BACKEND_STORAGE gives them, or BACKEND_STORAGE_BEFORE: those built in, and plug-ins. This
 * class looks for plug-ins only if a name is not built in, so that a fault in one does not concern others.
 */
public final class Backends {

    private static final Logger log = LoggerFactory.getLogger(Backends.class);

    private static final String DYNAMO_DB = "DynamoDB";
    static final String IN_FILE = "InFile";
    private static final String IN_MEMORY = "InMemory";
    private static final List<String> BUILT_IN = List.of(DYNAMO_DB, IN_FILE, IN_MEMORY);
    /** Under APPLICATION_DIR. */
    private static final String FOLDER = "plugins";

    private final Map<String, String> environment;
    private final Plugins plugins;

    private Backends(Map<String, String> environment, Plugins plugins) {
        this.environment = Map.copyOf(environment);
        this.plugins = plugins;
    }

    /** Looks for what the environment names. Throws nothing: what is wrong is told by {@link #names}. */
    public static Backends find(Map<String, String> environment) {
        return find(environment, Backends.class.getClassLoader());
    }

    /** @param program the loader of the program, class path included */
    static Backends find(Map<String, String> environment, ClassLoader program) {
        return new Backends(
                environment,
                isAllBuiltIn(environment) ? Plugins.NONE : plugins(Setting.APPLICATION_DIR.in(environment), program));
    }

    /** Returns whether neither the backend nor the one that members move away from can be a plug-in. */
    private static boolean isAllBuiltIn(Map<String, String> environment) {
        String before = Setting.BACKEND_STORAGE_BEFORE.in(environment);
        return BUILT_IN.contains(Setting.BACKEND_STORAGE.in(environment))
                && (before.isEmpty() || BUILT_IN.contains(before));
    }

    private static Plugins plugins(String applicationDir, ClassLoader program) {
        try {
            return Plugins.find(Path.of(applicationDir, FOLDER), program, BUILT_IN);
        } catch (InvalidPathException reportedWithAllSettings) {
            return Plugins.NONE;
        }
    }

    /** Returns the names that {@link Settings#from} is to allow. */
    public BackendNames names() {
        List<String> known = new ArrayList<>(BUILT_IN);
        plugins.usable().keySet().stream().sorted().forEach(known::add);
        return new BackendNames(known, plugins.searched(), plugins.faults());
    }

    /**
     * The backend, open; none for InMemory, which survives the loss of members, not of all.
     *
     * @param settings of the same environment
     * @param retention the rules for its rows
     * @throws StorageBackend.UnusableBackendException if it cannot be used as it is
     */
    Optional<StorageBackend> open(Settings settings, Retention retention) {
        plugins.faults().forEach(fault -> log.warn("not used: {}", fault));
        String name = settings.backend().storage();
        return switch (name) {
            case IN_MEMORY -> Optional.empty();
            case IN_FILE -> Optional.of(opened(file(settings, retention)));
            case DYNAMO_DB ->
                Optional.of(opened(table(settings, settings.backend().dynamoDb().create(), retention)));
            default -> Optional.of(plugin(name).open(surroundings(settings, retention)));
        };
    }

    /** Returns whether members with these settings have a DynamoDB table as their backend. */
    static boolean isTable(Settings settings) {
        return settings.backend().storage().equals(DYNAMO_DB);
    }

    /**
     * Returns the backend that BACKEND_STORAGE_BEFORE names, to be read: this member's file, open, or a table that is not
     * open yet; empty if there is none, or nothing in it.
     *
     * @param settings of the same environment
     * @param retention the rules for its rows
     * @throws StorageBackend.UnusableBackendException if a file is there and cannot be used as it is
     */
    Optional<StorageBackend> earlier(Settings settings, Retention retention) {
        String name = settings.backend().before().orElse(IN_MEMORY);
        return switch (name) {
            case IN_MEMORY -> Optional.empty();
            case IN_FILE -> earlierFile(settings, retention);
            case DYNAMO_DB -> Optional.of(table(settings, false, retention));
            default -> {
                log.warn(
                        "{}={}: this member does not read what a plug-in holds; it learns all from members that are open",
                        Setting.BACKEND_STORAGE_BEFORE,
                        name);
                yield Optional.empty();
            }
        };
    }

    private static Optional<StorageBackend> earlierFile(Settings settings, Retention retention) {
        if (FileBackend.isIn(settings.backend().applicationDir())) {
            return Optional.of(opened(file(settings, retention)));
        }
        log.warn(
                "{}={}: there is no file in {} to read; this member learns all from the others",
                Setting.BACKEND_STORAGE_BEFORE,
                IN_FILE,
                settings.backend().applicationDir());
        return Optional.empty();
    }

    private static StorageBackend file(Settings settings, Retention retention) {
        return new FileBackend(
                settings.backend().applicationDir(),
                new Identity(
                        settings.cluster().name(),
                        settings.registry().instanceKey().text()),
                retention,
                switch (settings.backend().fileSync()) {
                    case ON -> Flush.EACH_BATCH;
                    case OFF -> Flush.WITH_CHECKPOINTS;
                });
    }

    private static StorageBackend table(Settings settings, boolean create, Retention retention) {
        Settings.DynamoDb dynamoDb = settings.backend().dynamoDb();
        TableSettings table = new TableSettings(
                dynamoDb.table(),
                dynamoDb.endpoint(),
                create,
                dynamoDb.readCapacity() == 0
                        ? Optional.empty()
                        : Optional.of(new Capacity(dynamoDb.readCapacity(), dynamoDb.writeCapacity())),
                dynamoDb.connections());
        return new DynamoDbBackend(table, settings.registry().instanceKey().text(), retention);
    }

    private Plugin plugin(String name) {
        Plugin plugin = plugins.usable().get(name);
        if (plugin == null) {
            throw new IllegalArgumentException("settings of another environment, with BACKEND_STORAGE " + name);
        }
        return plugin;
    }

    private Surroundings surroundings(Settings settings, Retention retention) {
        return new Surroundings(
                environment,
                settings.backend().applicationDir(),
                settings.cluster().name(),
                settings.registry().instanceKey().text(),
                retention);
    }

    private static StorageBackend opened(StorageBackend backend) {
        boolean opened = false;
        try {
            backend.open();
            opened = true;
            return backend;
        } finally {
            if (!opened) {
                backend.close();
            }
        }
    }
}
