package io.dbmanager.sync.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.Finding;
import io.dbmanager.common.FindingKind;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.Lag;
import io.dbmanager.common.MariaDbGtidSet;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.common.ReplicaState;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.dialect.ChannelStatus;
import io.dbmanager.sync.dialect.ChannelStatus.Io;
import io.dbmanager.sync.inspect.BinlogState;
import io.dbmanager.sync.plan.SettingsJudge;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReplicaAnalysisTest {
    private static final ServerAddress PRIMARY = new ServerAddress("10.0.0.5", 3306);
    private static final Lag FRESH = Lag.known(Duration.ofMillis(3));

    private static ReplicaAnalysis.Judgement judge(
            ChannelStatus channel, Lag lag, ReplicaState before, boolean primaryReachable) {
        return ReplicaAnalysis.judge(
                new ReplicaAnalysis.Sight(
                        List.of(channel),
                        PRIMARY,
                        MySqlGtidSet.empty(),
                        lag,
                        Duration.ofSeconds(10),
                        before,
                        primaryReachable,
                        true,
                        List.of(),
                        List.of()));
    }

    @ParameterizedTest(name = "{0} ms behind, was {1}: {2}")
    @CsvSource({
        "3,     WAITING,      REPLICATING,  true",
        "3,     CATCHING_UP,  REPLICATING,  true",
        "10000, REPLICATING,  REPLICATING,  true",
        "10001, REPLICATING,  LAGGING,      false",
        "9000,  LAGGING,      LAGGING,      false",
        "5000,  LAGGING,      REPLICATING,  true",
        "10001, WAITING,      CATCHING_UP,  false",
        "10001, SEEDING,      CATCHING_UP,  false",
        "10001, STOPPED,      CATCHING_UP,  false",
        "10001, UNREACHABLE,  CATCHING_UP,  false",
        "3,     NEEDS_RESYNC, REPLICATING,  true"
    })
    void lagDecidesForOneThatRuns(
            long millis, ReplicaState before, ReplicaState expected, boolean takesReads) {
        ReplicaAnalysis.Judgement judgement =
                judge(Facts.running(), Lag.known(Duration.ofMillis(millis)), before, true);
        assertThat(judgement.state()).isEqualTo(expected);
        assertThat(judgement.takesReads()).isEqualTo(takesReads);
        assertThat(judgement.reason().isEmpty()).isEqualTo(expected == ReplicaState.REPLICATING);
        assertThat(judgement.action()).isEqualTo(ReplicaAnalysis.Action.NONE);
    }

    @Test
    void unknownLagTakesNoReads() {
        ReplicaAnalysis.Judgement judgement =
                judge(Facts.running(), Lag.unknown("no heartbeat"), ReplicaState.REPLICATING, true);
        assertThat(judgement.takesReads()).isFalse();
        assertThat(judgement.reason()).contains("no heartbeat");
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(Facts.stopped(), ReplicaState.STOPPED, ReplicaAnalysis.Action.START),
                Arguments.of(
                        Facts.sqlError(1213, "Deadlock"),
                        ReplicaState.STOPPED,
                        ReplicaAnalysis.Action.START),
                Arguments.of(
                        Facts.sqlError(1062, "Duplicate"),
                        ReplicaState.NEEDS_RESYNC,
                        ReplicaAnalysis.Action.REPAIR),
                Arguments.of(
                        Facts.ioError(Io.STOPPED, 1236, "purged"),
                        ReplicaState.NEEDS_RESYNC,
                        ReplicaAnalysis.Action.REPAIR),
                Arguments.of(
                        Facts.ioError(Io.CONNECTING, 1045, "denied"),
                        ReplicaState.STOPPED,
                        ReplicaAnalysis.Action.REPAIR),
                Arguments.of(
                        Facts.fromElsewhere(""),
                        ReplicaState.NEEDS_RESYNC,
                        ReplicaAnalysis.Action.REPAIR));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void troubleTakesNoReadsAndSaysWhy(
            ChannelStatus channel, ReplicaState state, ReplicaAnalysis.Action action) {
        ReplicaAnalysis.Judgement judgement = judge(channel, FRESH, ReplicaState.REPLICATING, true);
        assertThat(judgement.state()).isEqualTo(state);
        assertThat(judgement.action()).isEqualTo(action);
        assertThat(judgement.takesReads()).isFalse();
        assertThat(judgement.reason()).isPresent();
    }

    private static ReplicaAnalysis.Sight sight(
            List<ChannelStatus> channels,
            boolean primaryGtids,
            List<SettingsJudge.Judged> settings,
            List<Finding> standing) {
        return new ReplicaAnalysis.Sight(
                channels,
                PRIMARY,
                MySqlGtidSet.empty(),
                FRESH,
                Duration.ofSeconds(10),
                ReplicaState.REPLICATING,
                true,
                primaryGtids,
                settings,
                standing);
    }

    private static SettingsJudge.Judged setting(boolean misleads, boolean curable) {
        return new SettingsJudge.Judged(
                FindingKind.SESSION_DEFAULTS.because("sql_mode differs"), misleads, curable);
    }

    static Stream<Arguments> sights() {
        List<ChannelStatus> runs = List.of(Facts.running());
        Finding drift = FindingKind.DRIFT.because("3 rows of shop.orders differ");
        return Stream.of(
                Arguments.of(sight(runs, true, List.of(), List.of()), "REPLICATING true NONE []"),
                Arguments.of(
                        sight(runs, true, List.of(setting(true, true)), List.of()),
                        "REPLICATING false REPAIR [SESSION_DEFAULTS]"),
                Arguments.of(
                        sight(runs, true, List.of(setting(true, false)), List.of()),
                        "REPLICATING false NONE [SESSION_DEFAULTS]"),
                Arguments.of(
                        sight(runs, true, List.of(setting(false, false)), List.of()),
                        "REPLICATING true NONE [SESSION_DEFAULTS]"),
                Arguments.of(
                        sight(
                                List.of(Facts.stopped()),
                                true,
                                List.of(setting(false, true)),
                                List.of()),
                        "STOPPED false START [CHANNEL_STOPPED, SESSION_DEFAULTS]"),
                Arguments.of(
                        sight(runs, true, List.of(), List.of(drift)),
                        "NEEDS_RESYNC false REPAIR [DRIFT]"),
                Arguments.of(
                        sight(runs, false, List.of(), List.of()),
                        "REPLICATING true REPAIR [PRIMARY_GTID_MODE]"),
                Arguments.of(
                        sight(
                                List.of(Facts.byFileAndOffset(Facts.running())),
                                false,
                                List.of(),
                                List.of()),
                        "REPLICATING true NONE []"),
                Arguments.of(
                        sight(List.of(Facts.filtered(Facts.running())), true, List.of(), List.of()),
                        "NEEDS_RESYNC false REPAIR [CHANNEL_FILTERED]"),
                Arguments.of(
                        sight(List.of(Facts.fromElsewhere("")), true, List.of(), List.of()),
                        "NEEDS_RESYNC false REPAIR [CHANNEL_ELSEWHERE]"),
                Arguments.of(
                        sight(
                                List.of(Facts.running(), Facts.fromElsewhere("x")),
                                true,
                                List.of(),
                                List.of()),
                        "NEEDS_RESYNC false REPAIR [SECOND_CHANNEL]"),
                Arguments.of(
                        sight(
                                List.of(Facts.sqlError(1594, "Relay log read failure")),
                                true,
                                List.of(),
                                List.of()),
                        "STOPPED false REPAIR [RELAY_LOG_UNREADABLE]"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("sights")
    void namesWhatIsWrong(ReplicaAnalysis.Sight sight, String expected) {
        ReplicaAnalysis.Judgement judgement = ReplicaAnalysis.judge(sight);
        List<FindingKind> kinds = judgement.findings().stream().map(Finding::kind).toList();
        assertThat(
                        "%s %s %s %s"
                                .formatted(
                                        judgement.state(),
                                        judgement.takesReads(),
                                        judgement.action(),
                                        kinds))
                .isEqualTo(expected);
        boolean right = judgement.takesReads() && judgement.action() == ReplicaAnalysis.Action.NONE;
        assertThat(judgement.reason().isEmpty()).isEqualTo(right);
    }

    @Test
    void withoutAChannelItWasWipedOrReplaced() {
        ReplicaAnalysis.Judgement judgement =
                ReplicaAnalysis.judge(
                        new ReplicaAnalysis.Sight(
                                List.of(),
                                PRIMARY,
                                MySqlGtidSet.empty(),
                                FRESH,
                                Duration.ofSeconds(10),
                                ReplicaState.REPLICATING,
                                true,
                                true,
                                List.of(),
                                List.of()));
        assertThat(judgement.state()).isEqualTo(ReplicaState.NEEDS_RESYNC);
        assertThat(judgement.action()).isEqualTo(ReplicaAnalysis.Action.REPAIR);
    }

    @Test
    void errantTransactionsOutweighThreadsThatRun() {
        ReplicaAnalysis.Judgement judgement =
                ReplicaAnalysis.judge(
                        new ReplicaAnalysis.Sight(
                                List.of(Facts.running()),
                                PRIMARY,
                                MySqlGtidSet.parse(Facts.UUID_R + ":1"),
                                FRESH,
                                Duration.ofSeconds(10),
                                ReplicaState.REPLICATING,
                                true,
                                true,
                                List.of(),
                                List.of()));
        assertThat(judgement.state()).isEqualTo(ReplicaState.NEEDS_RESYNC);
        assertThat(judgement.takesReads()).isFalse();
        assertThat(judgement.reason())
                .hasValueSatisfying(s -> assertThat(s).contains(Facts.UUID_R));
    }

    @Test
    void aPrimaryThatIsAwayLeavesFreshReplicasTheirReaders() {
        ChannelStatus connecting = Facts.ioError(Io.CONNECTING, 2003, "refused");
        ReplicaAnalysis.Judgement fresh = judge(connecting, FRESH, ReplicaState.REPLICATING, false);
        ReplicaAnalysis.Judgement lagging = judge(connecting, FRESH, ReplicaState.LAGGING, false);
        assertThat(fresh.takesReads()).isTrue();
        assertThat(fresh.reason()).isPresent();
        assertThat(lagging.takesReads()).isFalse();
    }

    /** A stranger at the primary's address knows no account of ours. */
    @Test
    void aLoginRefusedByWhoIsNotThePrimaryIsNoTroubleOfTheReplica() {
        ChannelStatus refused = Facts.ioError(Io.STOPPED, 1045, "Access denied");
        ReplicaAnalysis.Judgement judgement =
                judge(refused, FRESH, ReplicaState.REPLICATING, false);
        assertThat(judgement.takesReads()).isTrue();
        assertThat(judgement.action()).isEqualTo(ReplicaAnalysis.Action.NONE);
    }

    @Test
    void aReplicaThatCannotConnectWhileThePrimaryIsThereLosesItsReadersWithItsLag() {
        ChannelStatus connecting = Facts.ioError(Io.CONNECTING, 2003, "refused");
        Lag far = Lag.known(Duration.ofSeconds(11));
        assertThat(judge(connecting, FRESH, ReplicaState.REPLICATING, true).takesReads()).isTrue();
        assertThat(judge(connecting, far, ReplicaState.REPLICATING, true).state())
                .isEqualTo(ReplicaState.STOPPED);
    }

    @Test
    void errantIsWhatThePrimaryDoesNotHave() {
        GtidSet primary = MySqlGtidSet.parse(Facts.UUID_P + ":1-9");
        assertThat(errant(MySqlGtidSet.parse(Facts.UUID_P + ":1-8"), primary, "", 2)).isEmpty();
        assertThat(
                        errant(
                                MySqlGtidSet.parse(Facts.UUID_P + ":1-8," + Facts.UUID_R + ":1"),
                                primary,
                                "",
                                2))
                .isEqualTo(Facts.UUID_R + ":1");
        GtidSet mariaDb = MariaDbGtidSet.parse("0-1-9");
        assertThat(errant(MariaDbGtidSet.parse("0-1-8"), mariaDb, "0-1-8,0-2-5", 2))
                .isEqualTo("0-2-5");
        assertThat(errant(MariaDbGtidSet.parse("0-1-8"), mariaDb, "0-1-8", 2)).isEmpty();
    }

    private static String errant(GtidSet replica, GtidSet primary, String state, long id) {
        ReplicaProbe probe =
                new ReplicaProbe(List.of(), replica, BinlogState.parse(state), id, true, 1);
        PrimaryView view =
                new PrimaryView(
                        true,
                        true,
                        Optional.of(primary),
                        2,
                        BinlogState.parse("0-1-9"),
                        1,
                        Optional.empty());
        return ReplicaAnalysis.errant(probe, view).toString();
    }
}
