package io.dbmanager.proxy.routine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.proxy.protocol.TextResult;
import io.dbmanager.proxy.protocol.TextResult.Column;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bodies of stored code could leave behind. */
class StoredCodeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RETURN a + 1                                     | false | false | false | false",
                "BEGIN CREATE Temporary TABLE t (a INT); END       | true  | false | false | false",
                "SET @fired = NEW.id                               | false | true  | false | true",
                "RETURN @p1                                        | false | true  | false | true",
                "DO GET_LOCK('a', 1)                               | false | false | true  | false",
                "BEGIN PREPARE s FROM x; EXECUTE s; END            | true  | true  | false | false",
                "EXECUTE IMMEDIATE x                               | true  | true  | false | false",
                "BEGIN CALL other(); RETURN 1; END                 | false | false | false | true",
            })
    void ofAFunction(
            String body, boolean tables, boolean variables, boolean locks, boolean functions) {
        assertThat(StoredCode.of(body, true))
                .isEqualTo(new StoredCode(tables, variables, locks, functions));
    }

    @Test
    void onlyFunctionsCanHideInViews() {
        assertThat(StoredCode.of("SET @a = 1", false).variableFunctions()).isFalse();
    }

    @Test
    void whatServersBringAlongDoesNotCountAndWhatIsNotShownDoes() {
        TextResult triggers =
                new TextResult(
                        List.of(Column.text("s"), Column.text("a")),
                        List.of(List.of("sys", "SET @a = 1"), List.of("shop", "SET NEW.a = 1")));
        assertThat(RoutineReader.codeOfTriggers(triggers)).isEqualTo(StoredCode.NONE);
        TextResult hidden =
                new TextResult(
                        List.of(Column.text("s"), Column.text("a")),
                        List.of(java.util.Arrays.asList("shop", null)));
        assertThat(RoutineReader.codeOfTriggers(hidden)).isEqualTo(StoredCode.UNKNOWN);
    }
}
