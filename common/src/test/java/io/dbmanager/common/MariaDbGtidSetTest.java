package io.dbmanager.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbGtidSetTest {
    private static MariaDbGtidSet set(String text) {
        return MariaDbGtidSet.parse(text);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0-1-5                    | 0-1-5
                    1-1-5,0-1-7              | 0-1-7,1-1-5
                    ' 0-1-5 , 2-9-1 '        | 0-1-5,2-9-1
                    0-1-5,0-2-9              | 0-2-9
                    0-2-9,0-1-5              | 0-2-9
                    4294967295-4294967295-18446744073709551615 | 4294967295-4294967295-18446744073709551615
                    """)
    void readsPositions(String given, String expected) {
        assertThat(set(given)).hasToString(expected);
    }

    @Test
    void emptyTextIsTheEmptyPosition() {
        assertThat(set("")).isEqualTo(MariaDbGtidSet.empty()).hasToString("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "0-1", "0-1-2-3", "a-b-c", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1"})
    void refusesWhatIsNoPosition(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> set(text));
    }

    @ParameterizedTest(name = "{0} contains {1}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    0-1-10        | 0-1-9        | true
                    0-1-10        | 0-1-10       | true
                    0-1-10        | 0-1-11       | false
                    0-2-10        | 0-1-9        | true
                    0-2-10        | 0-1-10       | false
                    0-1-10        | 1-1-1        | false
                    0-1-10,1-1-1  | 1-1-1        | true
                    0-1-10        | -            | true
                    -             | 0-1-1        | false
                    """)
    void containsWhatItHasReachedInEveryDomain(String has, String asked, boolean expected) {
        assertThat(set(has == null ? "" : has).contains(set(asked == null ? "" : asked)))
                .isEqualTo(expected);
    }

    @Test
    void subtractLeavesTheDomainsThatAreBeyond() {
        assertThat(set("0-1-10,1-7-3").subtract(set("0-1-12,1-1-2"))).isEqualTo(set("1-7-3"));
    }

    @Test
    void unionTakesTheLaterOfEachDomain() {
        assertThat(set("0-1-10,1-1-1").union(set("0-1-7,2-1-1"))).hasToString("0-1-10,1-1-1,2-1-1");
    }
}
