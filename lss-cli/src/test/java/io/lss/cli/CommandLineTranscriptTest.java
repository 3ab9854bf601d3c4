package io.lss.cli;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The command line without a store. */
class CommandLineTranscriptTest {
    @Test
    void helpTellsTheCommandsAndTheExitCodes() throws IOException {
        new Transcript("help")
                .replace("lss-cli.*", "VERSION")
                .lss("--help")
                .ends(ExitCode.OK)
                .check();
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
