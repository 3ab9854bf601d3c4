package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreVersionException;
import io.lss.core.CoreEngine;
import io.lss.core.recovery.RecoveryTable.Decision;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrashRowsTest {

    static Stream<DamageScenarios.Scenario> scenarios() throws IOException {
        QuietLog.quiet();
        return DamageScenarios.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void damageLeadsToItsRowOfTheTableAndIsRefused(DamageScenarios.Scenario scenario) throws IOException {
        var rows = new RowsTaken();
        rows.accept(Forgery.copy(scenario.medium()));
        assertTrue(rows.rows().contains(scenario.row()), () -> scenario.row() + " not taken: " + rows.rows());

        SimulatedMedium medium = Forgery.copy(scenario.medium());
        String before = contentOf(medium);
        URI at = SimulatedProvider.register(medium);
        Decision decision = scenario.row().decision();
        if (decision == Decision.CORRUPT) {
            assertThrows(StoreCorruptException.class, () -> new CoreEngine().open(at, Forgery.OPTIONS));
        } else if (decision == Decision.OTHER_VERSION) {
            assertThrows(StoreVersionException.class, () -> new CoreEngine().open(at, Forgery.OPTIONS));
        } else {
            new CoreEngine().open(at, Forgery.OPTIONS).close();
            return;
        }
        assertEquals(before, contentOf(medium), "a refused open changes nothing");
        assertEquals(List.of(), medium.violations());
        SimulatedProvider.unregister(at);
    }

    private static String contentOf(SimulatedMedium medium) {
        return medium.hash() + " " + medium;
    }
}
