package io.dbmanager.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.proxy.ProxySettings.Consistency;
import io.dbmanager.sync.SyncSettings.ResyncMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    @TempDir private Path folder;

    @Test
    void hasTheseDefaults() throws Exception {
        Settings settings = read(Map.of(), Map.of(), "");

        assertThat(settings.mode())
                .isEqualTo(new Settings.Mode(false, false, false, Optional.empty()));
        assertThat(settings.discovery())
                .isEqualTo(new DiscoverySettings(Optional.empty(), Optional.empty(), List.of()));
        assertThat(settings.sync().waitTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.sync().maxLag()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.sync().resync()).isEqualTo(ResyncMode.AUTO);
        assertThat(settings.sync().overwrite()).isEmpty();
        assertThat(settings.proxy().listen()).isEqualTo(address("127.0.0.1", 3307));
        assertThat(settings.proxy().consistency()).isEqualTo(Consistency.SESSION);
        assertThat(settings.http().listen()).isEqualTo(address("127.0.0.1", 8080));
        assertThat(settings.http().token()).isEmpty();
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void letsTheCommandLineWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        String file = "max-lag: 1s\nwait: 1s\nprobe-interval: 3s";
        Map<String, String> environment = Map.of("DBMANAGER_MAX_LAG", "2s", "DBMANAGER_WAIT", "2s");

        Settings settings = read(Map.of(Key.MAX_LAG, "500ms"), environment, file);

        assertThat(settings.sync().maxLag()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.sync().waitTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.sync().probeInterval()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void takesThePortsOfThePlatform() throws Exception {
        Settings settings = read(Map.of(), Map.of("PORT_PROXY", "42801", "PORT_WWW", "42800"), "");

        assertThat(settings.proxy().listen()).isEqualTo(address("0.0.0.0", 42801));
        assertThat(settings.http().listen()).isEqualTo(address("0.0.0.0", 42800));
    }

    @Test
    void readsListsAsTextsAndAsLists() throws Exception {
        Settings settings = read(Map.of(), Map.of(), "overwrite: [DBREAD1, dbread2]\nreplica: a b");

        assertThat(settings.sync().overwrite()).isEqualTo(Set.of("dbread1", "dbread2"));
        assertThat(settings.discovery().replicas()).containsExactly("a", "b");
    }

    @Test
    void takesMasterAndSlavesOfTheRecipe() throws Exception {
        Settings settings =
                read(Map.of(), Map.of("MASTER", "DBWRITE", "SLAVES", "DBREAD1 DBREAD2"), "");

        assertThat(settings.discovery().primary()).hasValue("dbwrite");
        assertThat(settings.discovery().replicas()).containsExactly("dbread1", "dbread2");
    }

    @Test
    void preferesOurOwnNamesToThoseOfTheRecipe() throws Exception {
        Map<String, String> environment = Map.of("MASTER", "A", "SLAVES", "B");

        assertThat(read(Map.of(Key.PRIMARY, "c"), environment, "").discovery().primary())
                .hasValue("c");
        assertThat(read(Map.of(), environment, "primary: d").discovery().primary()).hasValue("a");
    }

    @Test
    void tellsAllProblemsAtOnceWithFileAndKey() {
        String file = "max-lgg: 2s\nwait: 10\ncopy-threads: 0\nconsistency: [a, b]\nonce: maybe";

        assertThatThrownBy(() -> read(Map.of(Key.PROXY_LISTEN, "3307"), Map.of(), file))
                .isInstanceOfSatisfying(
                        AppException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .message()
                .satisfies(text -> assertThat(text.lines()).hasSize(6))
                .contains("unknown key 'max-lgg' of", "did you mean 'max-lag'?")
                .contains("dbmanager.yaml: '10' is not a duration")
                .contains("0 is not between 1 and 64")
                .contains("key 'consistency'")
                .contains("'maybe' is neither true nor false")
                .contains("--proxy-listen: '3307' is not HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"- a", "just text", "a: b: c", "max-lag: 1s\nmax-lag: 2s", "wait: {a: b}"})
    void refusesAFileThatIsNoMapOfKeys(String file) {
        assertThatThrownBy(() -> read(Map.of(), Map.of(), file))
                .isInstanceOf(AppException.class)
                .hasMessageContaining("dbmanager.yaml");
    }

    @Test
    void saysThatTheFileIsNotThere() {
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Map.of(),
                                Optional.of(folder.resolve("no.yaml")),
                                Map.of(),
                                Duration.ZERO))
                .hasMessageContaining("no.yaml does not exist");
    }

    @Test
    void noticesAMisspeltVariableAndLeavesOthersAlone() throws Exception {
        assertThatThrownBy(() -> read(Map.of(), Map.of("DBMANAGER_MAXLAG", "2s"), ""))
                .hasMessageContaining("did you mean DBMANAGER_MAX_LAG?");

        read(Map.of(), Map.of("DBMANAGER_SERVICE_HOST", "10.0.0.1"), "");
    }

    @Test
    void neverShowsTheToken() throws Exception {
        Settings settings = read(Map.of(), Map.of("DBMANAGER_TOKEN", "hush-hush-hush"), "");

        assertThat(settings.http().token().orElseThrow().reveal()).isEqualTo("hush-hush-hush");
        assertThat(settings.toString()).doesNotContain("hush");
        assertThatThrownBy(() -> read(Map.of(), Map.of("DBMANAGER_TOKEN", "hush"), ""))
                .hasMessageContaining("at least 8")
                .hasMessageNotContaining("hush");
    }

    @Test
    void refusesTheDemoTogetherWithServersOfOnesOwn() {
        assertThatThrownBy(() -> read(Map.of(Key.DEMO, "true", Key.ENVIRONMENT, "x"), Map.of(), ""))
                .hasMessageContaining("--demo");
    }

    @Test
    void takesTheHomeThatTheEnvironmentNames() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));

        assertThat(read(Map.of(), Map.of("HOME", home.toString()), "").stateDir())
                .isEqualTo(home.resolve(".local/state/dbmanager"));
        assertThat(
                        read(Map.of(), Map.of("HOME", home.toString()), "demo-dir: ~/demo")
                                .mode()
                                .demoDir())
                .hasValue(home.resolve("demo"));
    }

    @Test
    void putsTheStateElsewhereWhereThereIsNoHome() throws Exception {
        Path file = Files.createFile(folder.resolve("no-folder"));

        assertThat(read(Map.of(), Map.of("HOME", file.toString()), "").stateDir())
                .isEqualTo(
                        Path.of(
                                System.getProperty("java.io.tmpdir"),
                                "dbmanager-" + System.getProperty("user.name")));
    }

    @Test
    void wantsCertificateAndKeyTogether() {
        assertThatThrownBy(() -> read(Map.of(), Map.of(), "tls-key: key.pem"))
                .hasMessageContaining("tls-certificate and tls-key belong together");
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "2s, 2000",
        "1.5s, 1500",
        "10m, 600000",
        "1h30m, 5400000",
        "2d, 172800000",
        "0, 0",
        "1m 30s, 90000",
        "2S, 2000"
    })
    void readsDurations(String text, long millis) {
        assertThat(Units.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1x", "s", "1s2m", "99999999999999999999s", "1.5m"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Units.duration(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1048576, 1048576", "512KB, 524288", "20 MB, 20971520", "1gb, 1073741824"})
    void readsSizes(String text, long bytes) {
        assertThat(Units.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "1.5MB", "999999999999999GB"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Units.bytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:3307, 127.0.0.1, 3307", "[::1]:0, ::1, 0", "localhost:1, localhost, 1"})
    void readsAddresses(String text, String host, int port) {
        assertThat(Values.listenAddress(text)).isEqualTo(address(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":1", "h", "h:", "h:x", "h:65536", "::1:80", "no.such.host.invalid:1"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Values.listenAddress(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The example in the documentation names every key once and is read without a word. */
    @ParameterizedTest
    @EnumSource(Key.class)
    void findsEveryKeyInTheDocumentedExample(Key key) throws Exception {
        String example = Files.readString(Path.of("../docs/settings.yaml"));

        assertThat(example).containsOnlyOnce("\n" + key.word() + ": ");
    }

    @Test
    void readsTheDocumentedExample() throws Exception {
        Path example = Path.of("../docs/settings.yaml");

        Settings settings =
                SettingsReader.read(
                        Map.of(), Optional.of(example), Map.of(), Duration.ofMinutes(10));

        assertThat(settings.sync().maxLag()).isEqualTo(Duration.ofSeconds(10));
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private Settings read(
            Map<Key, String> commandLine, Map<String, String> environment, String yaml)
            throws AppException, IOException {
        Path file = folder.resolve("dbmanager.yaml");
        Files.writeString(file, yaml);
        return SettingsReader.read(
                commandLine, Optional.of(file), environment, Duration.ofMinutes(10));
    }
}
