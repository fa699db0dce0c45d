package io.dbmanager.tests.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmanager.common.Position;
import io.dbmanager.common.PrimaryStatus;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.proxy.ProxySettings;
import io.dbmanager.proxy.ProxySettings.Encryption;
import io.dbmanager.proxy.ProxySettings.ServerTls;
import io.dbmanager.tests.servers.Certificate;
import io.dbmanager.tests.servers.Cluster;
import io.dbmanager.tests.servers.ServerFlavour;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates of servers, of the proxy and of clients, each checked by the other side. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CertificatesTest {
    @TempDir private Path folder;

    /** One certificate is the server's, the proxy's, the client's, and whom all of them trust. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"MYSQL_9_7", "MARIADB_11_4"})
    void areCheckedOnTheWholeWay(ServerFlavour flavour) throws Exception {
        Certificate ours = Certificate.make(folder);
        try (Cluster cluster =
                Cluster.of(flavour)
                        .replicas(0)
                        .primaryArguments(
                                "--ssl-ca=" + ours.certificate(),
                                "--ssl-cert=" + ours.certificate(),
                                "--ssl-key=" + ours.key())
                        .start()) {
            cluster.primary()
                    .root()
                    .execute(
                            "CREATE USER any_one@'%' IDENTIFIED BY 'right' REQUIRE X509",
                            "CREATE USER this_one@'%' IDENTIFIED BY 'right'"
                                    + " REQUIRE SUBJECT '/CN=test server'",
                            "CREATE USER other_one@'%' IDENTIFIED BY 'right'"
                                    + " REQUIRE SUBJECT '/CN=somebody else'");
            ServerTls certified =
                    new ServerTls(
                            ServerTls.Mode.VERIFY,
                            Optional.of(ours.certificate()),
                            Optional.of(ours.certificate()),
                            Optional.of(ours.key()));
            try (ProxyServer proxy = proxy(cluster, ours, certified)) {
                int port = proxy.start().getPort();
                assertThat(logIn(port, "any_one", Optional.of(ours))).startsWith("any_one@");
                assertThat(logIn(port, "this_one", Optional.of(ours))).startsWith("this_one@");
                assertThat(refused(port, "other_one", Optional.of(ours)).getErrorCode())
                        .isEqualTo(1045);
                assertThat(refused(port, "any_one", Optional.empty()).getErrorCode())
                        .isEqualTo(1045);
            }
            ServerTls bare =
                    new ServerTls(
                            ServerTls.Mode.VERIFY,
                            Optional.of(ours.certificate()),
                            Optional.empty(),
                            Optional.empty());
            try (ProxyServer proxy = proxy(cluster, ours, bare)) {
                int port = proxy.start().getPort();
                assertThat(refused(port, "any_one", Optional.of(ours)).getMessage())
                        .contains("server-tls-certificate");
            }
            Path elsewhere = Files.createDirectory(folder.resolve("other"));
            ServerTls deceived =
                    new ServerTls(
                            ServerTls.Mode.VERIFY,
                            Optional.of(Certificate.make(elsewhere).certificate()),
                            Optional.empty(),
                            Optional.empty());
            try (ProxyServer proxy = proxy(cluster, ours, deceived)) {
                int port = proxy.start().getPort();
                assertThat(refused(port, "any_one", Optional.of(ours)).getMessage())
                        .contains("TLS with it fails");
            }
        }
    }

    private static ProxyServer proxy(Cluster cluster, Certificate ours, ServerTls serverTls) {
        PrimaryStatus primary =
                new PrimaryStatus(
                        "dbwrite",
                        cluster.primary().address(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        new Position.Unknown("nobody asks"),
                        Optional.empty());
        TopologySnapshot alone =
                new TopologySnapshot(Instant.now(), 1, 1, true, primary, List.of(), List.of());
        ProxySettings settings =
                ProxySettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .with(
                                new Encryption(
                                        Optional.of(ours.certificate()),
                                        Optional.of(ours.key()),
                                        Optional.empty(),
                                        Optional.of(ours.certificate()),
                                        true))
                        .with(serverTls);
        return new ProxyServer(
                settings, new Topology(alone), cluster.services().primary().credentials());
    }

    private static String logIn(int port, String user, Optional<Certificate> shown)
            throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", "right");
        login.setProperty("sslMode", "REQUIRED");
        login.setProperty("fallbackToSystemKeyStore", "false");
        if (shown.isPresent()) {
            login.setProperty(
                    "clientCertificateKeyStoreUrl", shown.get().store().toUri().toString());
            login.setProperty("clientCertificateKeyStoreType", "PKCS12");
            login.setProperty("clientCertificateKeyStorePassword", Certificate.PASSWORD);
        }
        try (Connection connection =
                DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + port + "/", login)) {
            return DriverContract.value(connection, "SELECT USER()");
        }
    }

    private static SQLException refused(int port, String user, Optional<Certificate> shown) {
        return catchThrowableOfType(SQLException.class, () -> logIn(port, user, shown));
    }
}
