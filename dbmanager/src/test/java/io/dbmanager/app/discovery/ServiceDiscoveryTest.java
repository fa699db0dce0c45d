package io.dbmanager.app.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceDiscoveryTest {
    private static final DiscoverySettings NOTHING_SET =
            new DiscoverySettings(Optional.empty(), Optional.empty(), List.of());

    /** The platform's own example, with what else stands in such a file. */
    private static final String DOCUMENTED =
            """
            {
              "DOTCLOUD_ENVIRONMENT": "default",
              "DOTCLOUD_PROJECT": "myapp",
              "DOTCLOUD_SERVICE_ID": 0,
              "DOTCLOUD_SERVICE_NAME": "dbmanager",
              "PORT_SSH": 22,
              "DOTCLOUD_DBWRITE_SSH_URL": "ssh://mysql@10.0.0.5:1234",
              "DOTCLOUD_CACHE_REDIS_URL": "redis://root:pw@10.0.0.9:6379",
              "DOTCLOUD_DBWRITE_MYSQL_HOST": "10.0.0.5",
              "DOTCLOUD_DBWRITE_MYSQL_PORT": "3306",
              "DOTCLOUD_DBWRITE_MYSQL_LOGIN": "root",
              "DOTCLOUD_DBWRITE_MYSQL_PASSWORD": "B61J14)]U4^L}.najnyE",
              "DOTCLOUD_DBWRITE_MYSQL_URL": "mysql://root:another@10.0.0.5:3306",
              "DOTCLOUD_DBREAD1_MYSQL_HOST": "10.0.0.6",
              "DOTCLOUD_DBREAD1_MYSQL_PORT": 3307,
              "DOTCLOUD_DBREAD1_MYSQL_LOGIN": "root",
              "DOTCLOUD_DBREAD1_MYSQL_PASSWORD": "two",
              "DOTCLOUD_DBREAD2_MYSQL_URL": "mysql://root:th@r:ee/#%@10.0.0.7:3308",
              "OTHER": null,
              "NESTED": {"a": []}
            }
            """;

    @Test
    void readsThePlatformsExample() throws Exception {
        Services services = discover(DOCUMENTED);

        assertServer(
                services.primary(), "dbwrite", "10.0.0.5:3306", "root", "B61J14)]U4^L}.najnyE");
        assertThat(names(services)).containsExactly("dbread1", "dbread2");
        assertServer(services.replicas().get(0), "dbread1", "10.0.0.6:3307", "root", "two");
        assertServer(services.replicas().get(1), "dbread2", "10.0.0.7:3308", "root", "th@r:ee/#%");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // services | primary | replicas
                "dbwrite dbread1 | dbwrite | dbread1",
                "DBWRITE DBREAD1 | dbwrite | dbread1",
                "dbwrite dbread10 dbread2 dbread1 | dbwrite | dbread1 dbread2 dbread10",
                "dbwrite dbread dbread1 | dbwrite | dbread dbread1",
                "dbwrite other_write dbread1 | dbwrite | dbread1",
                "dbwrite master dbread1 | dbwrite | dbread1",
                "my_write my_read_1 | my_write | my_read_1",
                "mysql_master mysql_slave | mysql_master | mysql_slave",
                "primary replica2 replica1 | primary | replica1 replica2",
                "dbwrite dbread1 dbslave | dbwrite | dbread1",
                "dbwrite read_b slave_a | dbwrite | read_b slave_a",
                "dbwrite dbread1 mysql cache | dbwrite | dbread1",
            })
    void guessesByName(String found, String primary, String replicas) throws Exception {
        Services services = discover(json(found.split(" ")));

        assertThat(services.primary().name()).isEqualTo(primary);
        assertThat(names(services)).containsExactly(replicas.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // services | primary named | replicas named | primary | replicas
                "mysql a b | mysql | a,b | mysql | a b",
                "dbwrite dbread1 dbread2 | | dbread2 | dbwrite | dbread2",
                "dbwrite dbread1 | dbread1 | dbwrite | dbread1 | dbwrite",
                "one dbread1 dbread2 | one | | one | dbread1 dbread2",
                "dbread1 dbread2 | dbread1 | | dbread1 | dbread2",
                "write1 write2 x | | write1,x | write2 | write1 x",
            })
    void doesAsItIsTold(
            String found,
            String primaryNamed,
            String replicasNamed,
            String primary,
            String replicas)
            throws Exception {
        DiscoverySettings settings =
                new DiscoverySettings(
                        Optional.empty(),
                        Optional.ofNullable(primaryNamed),
                        replicasNamed == null ? List.of() : List.of(replicasNamed.split(",")));

        Services services = discover(settings, Map.of(), json(found.split(" ")));

        assertThat(services.primary().name()).isEqualTo(primary);
        assertThat(names(services)).containsExactly(replicas.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DBREAD1 DBREAD2", "dbread1,dbread2", " dbread2 ,  DBRead1 "})
    void readsMasterAndSlavesFromTheFile(String slaves) throws Exception {
        String json =
                json("dbwrite", "dbread1", "dbread2", "dbread3")
                        .replace("{", "{\"MASTER\": \"DBWRITE\", \"SLAVES\": \"" + slaves + "\",");

        assertThat(names(discover(json))).containsExactly("dbread1", "dbread2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // services | what the error says
                "dbread1 dbread2 | no service is named dbwrite",
                "write1 master1 dbread1 | master1 and write1 could each be the primary",
                "dbwrite | no replica was found",
                "dbwrite other | no replica was found",
                "app cache | no service is named dbwrite",
            })
    void listsWhatItFoundWhenItCannotTell(String found, String problem) {
        assertThatThrownBy(() -> discover(json(found.split(" "))))
                .isInstanceOfSatisfying(
                        AppException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(problem)
                .hasMessageContaining("test.json")
                .message()
                .contains(found.split(" "));
    }

    @Test
    void saysWhereItLookedWhenThereIsNothing(@TempDir Path folder) {
        assertThatThrownBy(() -> ServiceDiscovery.discover(NOTHING_SET, Map.of(), folder, folder))
                .isInstanceOf(AppException.class)
                .hasMessageContaining(folder.resolve("environment.json").toString())
                .hasMessageContaining("/home/dotcloud/environment.json")
                .hasMessageContaining("DOTCLOUD_DBWRITE_MYSQL_HOST");
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        DiscoverySettings settings =
                new DiscoverySettings(Optional.empty(), Optional.of("dbwrit"), List.of());

        assertThatThrownBy(() -> discover(settings, Map.of(), json("dbwrite", "dbread1")))
                .hasMessageContaining("did you mean dbwrite?");
    }

    @Test
    void refusesAServerThatIsBoth() {
        DiscoverySettings settings =
                new DiscoverySettings(
                        Optional.empty(), Optional.of("dbwrite"), List.of("dbwrite", "dbread1"));

        assertThatThrownBy(() -> discover(settings, Map.of(), json("dbwrite", "dbread1")))
                .hasMessageContaining("dbwrite is named both primary and replica");
    }

    @Test
    void refusesTwoServicesAtOneAddress() {
        String json = json("dbwrite", "dbread1").replace("dbread1.example", "DBWRITE.example");

        assertThatThrownBy(() -> discover(json))
                .hasMessageContaining("services dbwrite and dbread1 are the same server");
    }

    @Test
    void takesAServiceCalledMysqlAndOneThatEndsInIt() throws Exception {
        DiscoverySettings settings =
                new DiscoverySettings(Optional.empty(), Optional.of("mysql"), List.of("a_mysql"));

        Services services = discover(settings, Map.of(), json("mysql", "a_mysql"));

        assertThat(services.primary().address().host()).isEqualTo("mysql.example");
        assertThat(services.replicas().getFirst().address().host()).isEqualTo("a_mysql.example");
    }

    @Test
    void doesNotTakeANameOfMoreThanSixteenCharactersForAService() {
        assertThatThrownBy(() -> discover(json("dbwrite", "dbread_seventeen_")))
                .hasMessageContaining("no replica was found")
                .hasMessageContaining("DBREAD_SEVENTEEN_")
                .hasMessageContaining("at most 16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HOST | DOTCLOUD_DBREAD1_MYSQL_HOST is missing",
                "PORT | DOTCLOUD_DBREAD1_MYSQL_PORT is missing",
                "LOGIN | DOTCLOUD_DBREAD1_MYSQL_LOGIN is missing",
                "PASSWORD | DOTCLOUD_DBREAD1_MYSQL_PASSWORD is missing",
            })
    void namesTheKeyThatIsMissing(String part, String problem) {
        String json =
                json("dbwrite", "dbread1")
                        .replace("DOTCLOUD_DBREAD1_MYSQL_" + part + "\"", "UNRELATED\"");

        assertThatThrownBy(() -> discover(json)).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "\"0\"", "\"65536\"", "3306.5", "\"-1\"", "\"33O6\"", "1e9"})
    void refusesAPortThatIsNone(String port) {
        String json = json("dbwrite", "dbread1").replace("\"3306\"", port);

        assertThatThrownBy(() -> discover(json))
                .hasMessageContaining("is not a number from 1 to 65535")
                .hasMessageContaining("DOTCLOUD_DBREAD1_MYSQL_PORT");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        String json = json("dbwrite", "dbread1").replace("\"3306\"", "\"x\"");

        assertThatThrownBy(() -> discover(json))
                .message()
                .satisfies(text -> assertThat(text.lines()).hasSize(2));
    }

    @Test
    void ignoresAnIncompleteServiceThatPlaysNoPart() throws Exception {
        String json =
                json("dbwrite", "dbread1").replace("{", "{\"DOTCLOUD_APP_MYSQL_PORT\": \"x\",");

        assertThat(names(discover(json))).containsExactly("dbread1");
    }

    @Test
    void letsTheProcessEnvironmentWin() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "DOTCLOUD_DBWRITE_MYSQL_URL", "mysql://admin:other@elsewhere:4000",
                        "DOTCLOUD_DBREAD1_MYSQL_PASSWORD", "newer",
                        "DOTCLOUD_DBREAD2_MYSQL_URL", "mysql://root:pw@third:1");

        Services services = discover(NOTHING_SET, environment, json("dbwrite", "dbread1"));

        assertServer(services.primary(), "dbwrite", "elsewhere:4000", "admin", "other");
        assertServer(
                services.replicas().getFirst(), "dbread1", "dbread1.example:3306", "root", "newer");
        assertThat(names(services)).containsExactly("dbread1", "dbread2");
    }

    @Test
    void takesAnEmptyPassword() throws Exception {
        String json = json("dbwrite", "dbread1").replace("pw of dbread1", "");

        assertThat(discover(json).replicas().getFirst().credentials().password().reveal())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": \"secret | line 1, column",
                "{\"a\": \"b\",,} | line 1, column",
                "{\"a\": \"b\"} trailing | line 1, column",
                "{\"a\": hush} | line 1, column",
                "{\"a\": \"1\", \"a\": \"2\"} | line 1, column",
            })
    void saysWhereJsonIsBroken(String json, String where) {
        assertThatThrownBy(() -> discover(json))
                .isInstanceOf(AppException.class)
                .hasMessageContaining("test.json is not valid JSON")
                .hasMessageContaining(where)
                .hasMessageNotContaining("hush")
                .message()
                .satisfies(text -> assertThat(text.lines()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "null", "1", ""})
    void wantsAnObject(String json) {
        assertThatThrownBy(() -> discover(json))
                .isInstanceOf(AppException.class)
                .hasMessageContaining("test.json");
    }

    @Test
    void looksThroughTheUsualPlacesInOrder(@TempDir Path folder, @TempDir Path home)
            throws Exception {
        write(home.resolve("environment.json"), json("dbwrite", "dbread_home"));
        assertThat(names(ServiceDiscovery.discover(NOTHING_SET, Map.of(), folder, home)))
                .containsExactly("dbread_home");

        write(folder.resolve("environment.json"), json("dbwrite", "dbread_folder"));
        assertThat(names(ServiceDiscovery.discover(NOTHING_SET, Map.of(), folder, home)))
                .containsExactly("dbread_folder");

        Path named = folder.resolve("named.json");
        write(named, json("dbwrite", "dbread_named"));
        DiscoverySettings settings =
                new DiscoverySettings(Optional.of(named), Optional.empty(), List.of());
        assertThat(names(ServiceDiscovery.discover(settings, Map.of(), folder, home)))
                .containsExactly("dbread_named");
    }

    @Test
    void saysThatTheFileNamedIsNotThere(@TempDir Path folder) {
        DiscoverySettings settings =
                new DiscoverySettings(
                        Optional.of(folder.resolve("no.json")), Optional.empty(), List.of());

        assertThatThrownBy(() -> ServiceDiscovery.discover(settings, Map.of(), folder, folder))
                .hasMessageContaining("no.json does not exist");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }

    private static Services discover(String json) throws AppException {
        return discover(NOTHING_SET, Map.of(), json);
    }

    private static Services discover(
            DiscoverySettings settings, Map<String, String> environment, String json)
            throws AppException {
        return ServiceDiscovery.discover(
                settings, environment, EnvironmentFile.parse("test.json", json));
    }

    /** A file in which each of these services is whole. */
    private static String json(String... names) {
        StringBuilder json = new StringBuilder("{\"DOTCLOUD_PROJECT\": \"x\"");
        for (String name : names) {
            String prefix = "\"DOTCLOUD_" + name.toUpperCase(java.util.Locale.ROOT) + "_MYSQL_";
            json.append(", ").append(prefix).append("HOST\": \"").append(name).append(".example\"");
            json.append(", ").append(prefix).append("PORT\": \"3306\"");
            json.append(", ").append(prefix).append("LOGIN\": \"root\"");
            json.append(", ")
                    .append(prefix)
                    .append("PASSWORD\": \"pw of ")
                    .append(name)
                    .append('"');
        }
        return json.append('}').toString();
    }

    private static List<String> names(Services services) {
        return services.replicas().stream().map(ServerSpec::name).toList();
    }

    private static void assertServer(
            ServerSpec spec, String name, String address, String login, String password) {
        assertThat(
                        Arrays.asList(
                                spec.name(),
                                spec.address().toString(),
                                spec.credentials().user(),
                                spec.credentials().password().reveal()))
                .containsExactly(name, address, login, password);
    }
}
