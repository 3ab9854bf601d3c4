package io.lss.core.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.core.recovery.RecoveryTable.Row;
import io.lss.core.recovery.RecoveryTable.Table;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recovery table is a function: for every combination of letters exactly one row. */
class RecoveryTableTest {

    private static final int BITS_OF_A_PATTERN = 8;

    @ParameterizedTest
    @EnumSource(Table.class)
    void everyCombinationOfLettersMatchesExactlyOneRow(Table table) {
        for (List<Enum<?>> letters : combinations(table)) {
            List<Row> matching = new ArrayList<>();
            for (Row row : Row.values()) {
                if (row.table() == table && row.matches(letters.toArray(Enum<?>[]::new))) {
                    matching.add(row);
                }
            }
            assertEquals(1, matching.size(), letters + " matches " + matching);
        }
    }

    @Test
    void everyRowMatchesSomeCombination() {
        Set<Row> matched = EnumSet.noneOf(Row.class);
        for (Table table : Table.values()) {
            for (List<Enum<?>> letters : combinations(table)) {
                for (Row row : Row.values()) {
                    if (row.table() == table && row.matches(letters.toArray(Enum<?>[]::new))) {
                        matched.add(row);
                    }
                }
            }
        }
        assertEquals(EnumSet.allOf(Row.class), matched);
    }

    @ParameterizedTest
    @EnumSource(Table.class)
    void everyAlphabetFitsThePattern(Table table) {
        for (Class<? extends Enum<?>> input : table.inputs()) {
            assertTrue(input.getEnumConstants().length <= BITS_OF_A_PATTERN, input + " has too many letters");
        }
        assertTrue(table.inputs().size() <= Long.BYTES);
    }

    @Test
    void noDecisionDropsAnythingOnceSomethingBehindWasStable() {
        for (RecoveryTable.AtEnd atEnd : RecoveryTable.AtEnd.values()) {
            for (RecoveryTable.Behind behind : RecoveryTable.Behind.values()) {
                boolean provesDamage = behind.compareTo(RecoveryTable.Behind.UNACKNOWLEDGED) > 0;
                assertEquals(
                        provesDamage,
                        RecoveryTable.end(atEnd, behind).decision() == RecoveryTable.Decision.CORRUPT,
                        atEnd + ", " + behind);
            }
        }
    }

    @Test
    void onlyBlankDevicesAreFresh() {
        for (RecoveryTable.Copy copy0 : RecoveryTable.Copy.values()) {
            for (RecoveryTable.Copy copy1 : RecoveryTable.Copy.values()) {
                for (RecoveryTable.Newer newer : RecoveryTable.Newer.values()) {
                    assertFalse(
                            RecoveryTable.roots(copy0, copy1, newer, RecoveryTable.Segments.USED).decision()
                                    == RecoveryTable.Decision.FRESH,
                            copy0 + ", " + copy1);
                }
            }
        }
    }

    private static List<List<Enum<?>>> combinations(Table table) {
        List<List<Enum<?>>> all = List.of(List.of());
        for (Class<? extends Enum<?>> input : table.inputs()) {
            List<List<Enum<?>>> longer = new ArrayList<>();
            for (List<Enum<?>> begin : all) {
                for (Enum<?> letter : input.getEnumConstants()) {
                    List<Enum<?>> next = new ArrayList<>(begin);
                    next.add(letter);
                    longer.add(next);
                }
            }
            all = longer;
        }
        return all;
    }
}
