package example.jdbc;

import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendProvider;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ServiceLoader;

/** The provider of {@code BACKEND_STORAGE=Jdbc}. The database is at JDBC_URL, its driver in a jar beside this one. */
public final class JdbcProvider implements StorageBackendProvider {

    static final String URL_VARIABLE = "JDBC_URL";

    @Override
    public String name() {
        return "Jdbc";
    }

    @Override
    public StorageBackend create(Surroundings surroundings) {
        String url = surroundings.environment().getOrDefault(URL_VARIABLE, "").strip();
        try {
            return new JdbcBackend(new Database(driver(url), url), surroundings);
        } catch (SQLException failed) {
            // Its message is the driver's, and may show the URL.
            throw new UnusableBackendException(URL_VARIABLE + " cannot be read by a driver");
        }
    }

    /**
     * Finds the driver of a URL without DriverManager, which knows no driver that lies beside a plug-in, and shows the
     * URL in its message.
     */
    private static Driver driver(String url) throws SQLException {
        for (Driver driver : ServiceLoader.load(Driver.class, JdbcProvider.class.getClassLoader())) {
            if (driver.acceptsURL(url)) {
                return driver;
            }
        }
        throw new UnusableBackendException(URL_VARIABLE + ": given "
                + (url.isEmpty() ? "nothing" : "a URL that no driver knows, " + Database.kind(url))
                + ", expected one such as jdbc:postgresql://HOST/DATABASE?user=USER&password=PASSWORD"
                + ", whose driver's jar is in the folder of plug-ins");
    }
}
