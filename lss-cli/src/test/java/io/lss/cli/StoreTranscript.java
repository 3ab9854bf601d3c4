package io.lss.cli;

import java.nio.file.Path;

/** Makes transcripts of commands on a store, with what differs from run to run replaced. */
public final class StoreTranscript {
    private StoreTranscript() {}

    /**
     * {@return a transcript}
     *
     * @param name of its file
     * @param directory where the store is; called DIR
     */
    public static Transcript of(String name, Path directory) {
        return new Transcript(name)
                .replace("file://" + directory + "/([a-z]+)/", "file:///DIR/$1/")
                .call(directory, "DIR")
                .replace("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID")
                .replace("pid=\\d+ host=\\S+ started=\\S+ opened=\\S+ thread=[^\\s\")]+", "pid=N ...")
                .replace("free           .* on this", "free           ... on this")
                .replace("\"usableBytes\":\\d+", "\"usableBytes\":N");
    }

    /**
     * Runs every command that needs nothing but the store, none of which changes a record.
     *
     * @param transcript where
     * @param store the store
     * @param reading how {@code cat}, {@code verify}, {@code trim} and {@code backup} end, which open it
     * @param looking how {@code tail} and {@code stat} end, which do not
     */
    static void readEverything(Transcript transcript, Path store, ExitCode reading, ExitCode looking) {
        transcript.lss("stat", store).ends(looking);
        transcript.lss("tail", "--lsn", store).ends(looking);
        transcript.lss("cat", "--lsn", store).ends(reading);
        transcript.lss("verify", store).ends(reading);
        transcript.lss("trim", "--before", 0, store).ends(reading);
        transcript.lss("backup", store, store.resolveSibling("copy")).ends(reading);
        transcript.lss("cat", "--json", store).ends(reading);
    }
}
