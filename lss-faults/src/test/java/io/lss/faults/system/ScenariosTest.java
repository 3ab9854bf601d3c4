package io.lss.faults.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {

    /** Their directories are named after them. */
    @Test
    void noTwoScenariosHaveTheSameTitle() {
        List<String> titles = Scenarios.all(List.of("filechannel", "uring")).stream().map(Scenario::title).toList();
        assertEquals(titles.size(), new HashSet<>(titles).size(), titles.toString());
    }

    @Test
    void anOpeningIsReadBackFromItsText() {
        Opening opening = Opening.of("uring").segments(1 << 20).with("preallocate", "zero").with("direct", "off");
        assertEquals(opening, Opening.parse(opening.text()));
    }
}
