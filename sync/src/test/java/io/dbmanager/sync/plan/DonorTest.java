package io.dbmanager.sync.plan;

import static io.dbmanager.sync.Facts.UUID_P;
import static io.dbmanager.sync.Facts.UUID_R;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.FindingKind;
import io.dbmanager.common.ReplicaStatus;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncSettings;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.SyncSettings.CopyFrom;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which server a copy is read from. */
class DonorTest {
    private static final String V = "9.7.4";
    private static final SyncSettings SETTINGS = SyncSettings.defaults(Path.of("state"));
    private static final Donor.Choice REPLICA =
            new Donor.Choice(CopyFrom.REPLICA, SETTINGS.maxLag(), Map.of());

    private static Facts primary() {
        return Facts.primary(V).gtids(UUID_P + ":1-100").table("shop", "a", 3).history("h");
    }

    private static Facts healthy() {
        return Facts.replica(V)
                .gtids(UUID_P + ":1-90")
                .table("shop", "a", 3)
                .history("h")
                .variable("read_only", "ON")
                .variable("super_read_only", "ON");
    }

    private static String copyStep(Facts primary, Facts candidate, Donor.Choice choice) {
        Facts blank = Facts.server("dbread2", V, 3308).variable("server_id", "7");
        return copyStep(primary, candidate, blank, choice);
    }

    private static String copyStep(
            Facts primary, Facts candidate, Facts blank, Donor.Choice choice) {
        SyncPlan plan =
                SyncPlanner.plan(
                        primary.facts(),
                        List.of(candidate.facts(), blank.facts()),
                        Set.of(),
                        Set.of(),
                        CloneMode.AUTO,
                        choice);
        return plan.servers().getLast().steps().stream()
                .filter(step -> step.startsWith("copy "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thePrimaryIsCopiedUnlessAReplicaIsAskedFor() {
        Facts candidate = healthy().channel(Facts.running());

        assertThat(copyStep(primary(), candidate, Donor.Choice.PRIMARY))
                .startsWith("copy everything from dbwrite, accounts included: it holds no data");
        assertThat(copyStep(primary(), candidate, REPLICA))
                .startsWith(
                        "copy everything from dbread1 (a healthy replica, so that the primary is"
                                + " spared), accounts included: it holds no data");
    }

    /** As every server of MySQL 8 is that nobody has configured. */
    @Test
    void aBlankReplicaWithoutGtidsIsCopiedFromAReplica() {
        Facts candidate = healthy().channel(Facts.running());
        Facts blank =
                Facts.server("dbread2", V, 3308)
                        .variable("server_id", "7")
                        .variable("gtid_mode", "OFF");

        assertThat(copyStep(primary(), candidate, blank, REPLICA))
                .startsWith("copy everything from dbread1 (a healthy replica");
    }

    private static Arguments row(
            String what, Facts primary, UnaryOperator<Facts> candidate, String why) {
        return Arguments.of(what, primary, candidate.apply(healthy()), why);
    }

    static Stream<Arguments> unfit() {
        return Stream.of(
                row(
                        "does not apply",
                        primary(),
                        f -> f.channel(Facts.stopped()),
                        "since there is no other replica"),
                row(
                        "connecting",
                        primary(),
                        f ->
                                f.channel(
                                        Facts.ioError(
                                                io.dbmanager.sync.dialect.ChannelStatus.Io
                                                        .CONNECTING,
                                                2003,
                                                "refused")),
                        "since no replica will do: dbread1: it does not follow the primary"
                                + " closely"),
                row(
                        "errant",
                        primary(),
                        f -> f.gtids(UUID_P + ":1-90," + UUID_R + ":1-2").channel(Facts.running()),
                        "since there is no other replica"),
                row(
                        "writable",
                        primary(),
                        f -> f.variable("super_read_only", "OFF").channel(Facts.running()),
                        "since no replica will do: dbread1: it lets writers in"),
                row(
                        "by file and offset",
                        primary(),
                        f -> f.channel(Facts.byFileAndOffset(Facts.running())),
                        "since no replica will do: dbread1: it does not replicate by GTIDs"),
                row(
                        "GTIDs still to be switched on there",
                        primary(),
                        f -> f.channel(Facts.running()).variable("gtid_mode", "OFF_PERMISSIVE"),
                        "since no replica will do: dbread1: it has no GTIDs yet"),
                row(
                        "GTIDs only being switched on",
                        primary().variable("gtid_mode", "OFF"),
                        f -> f.channel(Facts.running()),
                        "since without GTIDs a replica does not tell its place in the primary's"
                                + " history"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unfit")
    void whereNoReplicaWillDoItIsSaidWhy(String what, Facts primary, Facts candidate, String why) {
        Donor donor =
                Donor.choose(
                        primary.facts(),
                        List.of(candidate.facts()),
                        Set.of(),
                        GtidChoice.of(primary.facts(), List.of(candidate.facts())),
                        REPLICA);

        assertThat(donor).as(what).isEqualTo(new Donor("dbwrite", why));
    }

    @Test
    void aReplicaOfAnotherSeriesIsNotCopied() {
        Facts older = Facts.primary("8.4.3").gtids(UUID_P + ":1-100").history("h");

        Donor donor =
                Donor.choose(
                        older.facts(),
                        List.of(healthy().channel(Facts.running()).facts()),
                        Set.of(),
                        GtidChoice.of(older.facts(), List.of()),
                        REPLICA);

        assertThat(donor.name()).isEqualTo("dbwrite");
    }

    @Test
    void oneThatIsToBeCopiedItselfIsNotRead() {
        Facts candidate = healthy().channel(Facts.running());

        Donor donor =
                Donor.choose(
                        primary().facts(),
                        List.of(candidate.facts()),
                        Set.of("dbread1"),
                        GtidChoice.of(primary().facts(), List.of(candidate.facts())),
                        REPLICA);

        assertThat(donor).isEqualTo(new Donor("dbwrite", "since there is no other replica"));
    }

    @Test
    void whatTheWatchHasSeenCounts() {
        ReplicaStatus waiting = ReplicaStatus.waiting(healthy().facts().server());
        ReplicaStatus found = waiting.with(List.of(FindingKind.DRIFT.because("3 rows differ")));

        assertThat(Donor.Choice.of(SETTINGS, List.of(waiting), _ -> false).unfit())
                .as("not looked at yet")
                .isEmpty();
        assertThat(Donor.Choice.of(SETTINGS, List.of(found), _ -> false).unfit())
                .containsOnlyKeys("dbread1");
        assertThat(Donor.Choice.of(SETTINGS, List.of(waiting), _ -> true).unfit())
                .containsEntry("dbread1", "it is being worked on");
    }
}
