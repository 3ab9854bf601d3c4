package io.lss.faults.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {

    @TempDir
    private Path temp;

    @Test
    void aNewAccountHasNothingOfTheOneThatWasThere() throws Exception {
        Path file = temp.resolve("account");
        Account earlier = Account.create(file);
        earlier.setQuietly(Claims.begun(1), 7);
        earlier.lsn(1, 7, 4711);
        Account later = Account.create(file);
        assertEquals(0, later.get(Claims.begun(1)));
        assertEquals(0, later.lsn(1, 7), "an LSN of another run");
        assertEquals(4711, earlier.lsn(1, 7), "whoever mapped it keeps it");
    }

    @Test
    void whatOneProcessClaimsAnotherSees() throws Exception {
        Path file = temp.resolve("account");
        Account mine = Account.create(file);
        Account.map(file).lsn(2, 3, 128);
        assertEquals(128, mine.lsn(2, 3));
    }
}
