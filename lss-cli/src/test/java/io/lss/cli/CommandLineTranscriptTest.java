package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line without a store. */
class CommandLineTranscriptTest {
    @Test
    void helpTellsTheCommandsAndTheExitCodes() throws IOException {
        new Transcript("help").lss("--help").ends(ExitCode.OK).check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"append", "cat", "tail", "stat", "verify", "trim", "backup", "dump", "salvage", "doctor"})
    void helpOfEachCommandTeachesByExampleInLinesThatFitATerminal(String command) throws IOException {
        Transcript transcript = new Transcript("help-" + command).lss("help", command).ends(ExitCode.OK);
        assertTrue(transcript.out().contains("Examples:\n  lss " + command), transcript.out());
        assertFalse(transcript.out().contains("%%") || transcript.out().contains("%n"), transcript.out());
        transcript.check();
    }

    @Test
    void completionKnowsTheCommandsAndTheirOptions() {
        Transcript transcript = new Transcript("unused").lss("generate-completion").ends(ExitCode.OK);
        for (String word : List.of("append", "verify", "--lsns", "--dry-run", "u32le")) {
            assertTrue(transcript.out().contains(word), word);
        }
    }

    @Test
    void aWrongCommandLineSaysWhatIsWrong() throws IOException {
        new Transcript("usage")
                .lss()
                .ends(ExitCode.USAGE)
                .lss("nonsense")
                .ends(ExitCode.USAGE)
                .lss("demo", "--nonsense")
                .ends(ExitCode.USAGE)
                .lss("demo", "--mb", "many", "--json")
                .ends(ExitCode.USAGE)
                .check();
    }
}
